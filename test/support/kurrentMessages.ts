import grpc from '@grpc/grpc-js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import type { LogRecord, Outcome, Proposal } from './kurrentLog.js';

/** A record as a read answers it. */
export function resolved({
  position,
  stream,
  revision,
  id,
  type,
  contentType,
  data,
}: LogRecord): streams.ReadResp {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(identifierOf(stream))
    .setStreamRevision(`${revision}`)
    .setCommitPosition(`${position}`)
    .setPreparePosition(`${position}`)
    .setData(data);
  event
    .getMetadataMap()
    .set('type', type)
    .set('content-type', contentType)
    .set('created', '17000000000000000');
  const both = new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(`${position}`);
  return new streams.ReadResp().setEvent(both);
}

export const identifierOf = (stream: string) =>
  new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

/** The stream an append is for, and what it expects of it. */
export function expectedIn(options: streams.BatchAppendReq.Options): Omit<Proposal, 'events'> {
  const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
  if (options.hasNoStream()) return { stream, expected: -1n };
  return { stream, expected: options.hasAny() ? -2n : BigInt(options.getStreamPosition()) };
}

/** An event as it was sent. */
export function eventIn(message: streams.BatchAppendReq.ProposedMessage): Proposal['events'][number] {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()!.getString(),
    type: metadata.get('type')!,
    contentType: metadata.get('content-type')!,
    data: message.getData_asU8(),
  };
}

/** The answer to an append. */
export function withOutcome(
  answer: streams.BatchAppendResp,
  outcome: Outcome,
  expected: bigint,
): streams.BatchAppendResp {
  if ('current' in outcome) return answer.setError(wrongVersion(outcome.current, expected));
  const { revision, position } = outcome.last;
  const place = new shared.AllStreamPosition()
    .setCommitPosition(`${position}`)
    .setPreparePosition(`${position}`);
  return answer.setSuccess(
    new streams.BatchAppendResp.Success().setCurrentRevision(`${revision}`).setPosition(place),
  );
}

function wrongVersion(current: bigint, expected: bigint): status.Status {
  const wrong = new shared.WrongExpectedVersion();
  if (expected >= 0n) wrong.setExpectedStreamPosition(`${expected}`);
  if (current >= 0n) wrong.setCurrentStreamRevision(`${current}`);
  return stated('WrongExpectedVersion', wrong.serializeBinary());
}

export const tooLarge = () =>
  stated(
    'MaximumAppendSizeExceeded',
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(1_048_576).serializeBinary(),
  );

function stated(name: string, bytes: Uint8Array): status.Status {
  const details = new any.Any();
  details.pack(bytes, `event_store.client.${name}`);
  return new status.Status().setDetails(details);
}

/** What a follower answers, naming the leader (here: itself). */
export function notLeader(url: string): Error {
  const { hostname, port } = new URL(url);
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', hostname);
  metadata.set('leader-endpoint-port', port);
  return Object.assign(new Error('Leader info available'), { code: grpc.status.NOT_FOUND, metadata });
}
