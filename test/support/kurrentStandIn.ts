import grpc from '@grpc/grpc-js';
import featureService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import feature from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import streamService from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { KurrentLog, type LogRecord, type Proposal } from './kurrentLog.js';
import {
  eventIn,
  expectedIn,
  identifierOf,
  notLeader,
  resolved,
  tooLarge,
  withOutcome,
} from './kurrentMessages.js';

type ReadCall = grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type AppendCall = grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;

/** A process that speaks KurrentDB's protocol to its client, on loopback. It is no KurrentDB and proves nothing about one. */
export interface StandIn {
  readonly url: string;
  readonly log: KurrentLog;
  /** What happens to the next append: it is stored but not answered, refused by a follower, or is too large. */
  next?: 'silence' | 'not leader' | 'too large';
  endSubscriptions(): void;
  stop(): void;
}

/** Starts a stand-in, with an empty log and on a free port unless one that was stopped is to come back. */
export async function startStandIn(before?: StandIn): Promise<StandIn> {
  const log = before?.log ?? new KurrentLog();
  const server = new grpc.Server();
  const following = new Set<ReadCall>();
  const address = await new Promise<string>((resolve, reject) => {
    server.addService(featureService.ServerFeaturesService, { getSupportedMethods });
    server.addService(streamService.StreamsService, {
      read: (call: ReadCall) => read(log, call, following),
      batchAppend: (call: AppendCall) => batchAppend(log, call, standIn),
      append: unsupported,
      delete: unsupported,
      tombstone: unsupported,
    });
    server.bindAsync(
      before ? new URL(before.url).host : '127.0.0.1:0',
      grpc.ServerCredentials.createInsecure(),
      (error, port) => (error ? reject(error) : resolve(`127.0.0.1:${port}`)),
    );
  });
  const standIn: StandIn = {
    url: `kurrentdb://${address}?tls=false&discoveryInterval=1`,
    log,
    endSubscriptions: () => following.forEach((call) => call.end()),
    stop: () => server.forceShutdown(),
  };
  return standIn;
}

const unsupported = (_: unknown, answer?: grpc.sendUnaryData<never>) =>
  answer?.({ code: grpc.status.UNIMPLEMENTED });

function getSupportedMethods(_: unknown, answer: grpc.sendUnaryData<feature.SupportedMethods>): void {
  const method = new feature.SupportedMethod();
  method.setServiceName('event_store.client.streams.streams');
  method.setMethodName('batchappend');
  answer(null, new feature.SupportedMethods().setEventStoreServerVersion('26.0.3').setMethodsList([method]));
}

function read(log: KurrentLog, call: ReadCall, following: Set<ReadCall>): void {
  const options = call.request.getOptions()!;
  if (options.hasStream()) return readStream(log, call, options);
  const pattern = new RegExp(options.getFilter()?.getEventType()?.getRegex() ?? '');
  const wanted = ({ type }: LogRecord) => pattern.test(type);
  const all = options.getAll()!;
  const from = BigInt(all.getPosition()?.getCommitPosition() ?? 0);
  if (options.hasSubscription()) return subscribe(log, call, following, all.hasStart() ? -1n : from, wanted);
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const found = backwards
    ? log.records.filter(wanted).toReversed()
    : log.records.filter((record) => record.position >= from && wanted(record));
  for (const record of found.slice(0, Number(options.getCount()))) call.write(resolved(record));
  call.end();
}

function readStream(log: KurrentLog, call: ReadCall, options: streams.ReadReq.Options): void {
  const wanted = options.getStream()!;
  const identifier = wanted.getStreamIdentifier()!;
  const records = log.stream(Buffer.from(identifier.getStreamName_asU8()).toString());
  const found = wanted.hasEnd() ? records.toReversed() : records.slice(Number(wanted.getRevision()));
  if (records.length === 0) {
    const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier);
    call.write(new streams.ReadResp().setStreamNotFound(missing));
  }
  for (const record of found.slice(0, Number(options.getCount()))) call.write(resolved(record));
  call.end();
}

function subscribe(
  log: KurrentLog,
  call: ReadCall,
  following: Set<ReadCall>,
  after: bigint,
  wanted: (record: LogRecord) => boolean,
): void {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  call.write(new streams.ReadResp().setConfirmation(confirmation.setSubscriptionId('s-1')));
  const send = (record: LogRecord) => {
    if (record.position > after && wanted(record)) call.write(resolved(record));
  };
  log.records.forEach(send);
  call.write(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
  const unwatch = log.watch(send);
  following.add(call);
  call.on('cancelled', () => {
    unwatch();
    following.delete(call);
  });
}

function batchAppend(log: KurrentLog, call: AppendCall, standIn: StandIn): void {
  const pending = new Map<string, Proposal>();
  call.on('data', (request: streams.BatchAppendReq) => {
    const key = request.getCorrelationId()!.getString();
    const options = request.getOptions();
    const begun = pending.get(key) ?? { ...expectedIn(options!), events: [] };
    const whole = { ...begun, events: [...begun.events, ...request.getProposedMessagesList().map(eventIn)] };
    pending.set(key, whole);
    if (!request.getIsFinal()) return;
    pending.delete(key);
    const fault = standIn.next;
    standIn.next = undefined;
    if (fault === 'not leader') return void call.emit('error', notLeader(standIn.url));
    const answer = new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId());
    answer.setStreamIdentifier(identifierOf(whole.stream));
    if (fault === 'too large') return void call.write(answer.setError(tooLarge()));
    const outcome = log.append(whole);
    if (fault !== 'silence') call.write(withOutcome(answer, outcome, whole.expected));
  });
  call.on('end', () => call.end());
}
