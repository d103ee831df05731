/** Where a broker listens. The controller speaks only to itself. */
export interface Place {
  /** The address under which clients reach it. */
  readonly advertised: string;
  readonly listener: string;
  readonly controller: string;
}

/** One node that is broker and controller: no replicas, no waiting for other members, no topics by accident. */
export function brokerSettings({ advertised, listener, controller }: Place): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${listener},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${advertised}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    // After a kill the broker is let back in only when its former self has timed out.
    'broker.heartbeat.interval.ms': '250',
    'broker.session.timeout.ms': '3000',
    'auto.create.topics.enable': 'false',
    'default.replication.factor': '1',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'log.retention.ms': '-1',
  };
}
