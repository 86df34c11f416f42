// Runs the official Node.js client for the test runner; the protocol is in ../lines.py. Usage: driver.js STATE_DIRECTORY
'use strict';

const path = require('path');
const readline = require('readline');
const { NacosConfigClient, NacosNamingClient } = require('nacos');

const NULL = '\\N';
const state = process.argv[2];

// What a library prints must not look like an answer.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const encode = field => (field === null || field === undefined ? NULL : encodeURIComponent(field));
const decode = field => (field === NULL ? null : decodeURIComponent(field.replace(/\+/g, ' ')));
const send = fields => write(fields.map(encode).join('\t') + '\n');
const emit = (listener, fields) => send(['event', listener, ...fields]);

const logger = console;
logger.log = logger.info = logger.debug = (...words) => console.error(...words);

function instanceText(instance) {
  const pairs = Object.entries(instance.metadata || {}).sort().map(([key, value]) => `${key}=${value}`);
  const weight = Number.isInteger(instance.weight) ? instance.weight.toFixed(1) : String(instance.weight);
  return `${instance.ip}:${instance.port};${weight};${instance.healthy};${pairs.join(',')}`;
}

function instanceOf(ip, port, weight = '1', metadata = '', ephemeral = true) {
  const pairs = metadata.split(',').filter(pair => pair !== '').map(pair => pair.split('='));
  return { ip, port: Number(port), weight: Number(weight), metadata: Object.fromEntries(pairs), ephemeral,
    healthy: true, enabled: true };
}

class ConfigVerbs {
  constructor(client) {
    this.client = client;
    this.listeners = new Map();
  }

  async publish(dataId, group, content, type) {
    return [String(await this.client.publishSingle(dataId, group, content, { type }))];
  }

  async get(dataId, group) {
    return [await this.client.getConfig(dataId, group)];
  }

  async remove(dataId, group) {
    return [String(await this.client.remove(dataId, group))];
  }

  async listen(dataId, group, listener) {
    const told = content => emit(listener, [content]);
    this.listeners.set(listener, told);
    this.client.subscribe({ dataId, group }, told);
    return [];
  }

  async unlisten(dataId, group, listener) {
    this.client.unSubscribe({ dataId, group }, this.listeners.get(listener));
    return [];
  }

  close() {
    this.client.close();
  }
}

class NamingVerbs {
  constructor(client) {
    this.client = client;
    this.listeners = new Map();
  }

  async register(service, group, ...instance) {
    await this.client.registerInstance(service, instanceOf(...instance), group);
    return [];
  }

  async register_persistent(service, group, ip, port, weight, metadata) {
    await this.client.registerInstance(service, instanceOf(ip, port, weight, metadata, false), group);
    return [];
  }

  async deregister(service, group, ip, port) {
    await this.client.deregisterInstance(service, instanceOf(ip, port), group);
    return [];
  }

  async deregister_persistent(service, group, ip, port) {
    await this.client.deregisterInstance(service, instanceOf(ip, port, '1', '', false), group);
    return [];
  }

  async instances(service, group) {
    return (await this.client.getAllInstances(service, group, '', false)).map(instanceText);
  }

  async select(service, group) {
    return (await this.client.selectInstances(service, group, '', true, false)).map(instanceText);
  }

  async subscribe(serviceName, groupName, listener) {
    const told = hosts => emit(listener, hosts.map(instanceText));
    this.listeners.set(listener, told);
    this.client.subscribe({ serviceName, groupName }, told);
    return [];
  }

  async unsubscribe(serviceName, groupName, listener) {
    this.client.unSubscribe({ serviceName, groupName }, this.listeners.get(listener));
    return [];
  }

  async close() {
    await this.client.close();
  }
}

const clients = new Map();

async function open(name, kind, address, namespace, username, password) {
  const account = username ? { username, password } : {};
  if (kind === 'config') {
    const client = new NacosConfigClient({ serverAddr: address, namespace, requestTimeout: 6000,
      cacheDir: path.join(state, 'cache', name), ...account });
    client.on('error', error => console.error(error));
    await client.ready();
    clients.set(name, new ConfigVerbs(client));
  } else {
    const client = new NacosNamingClient({ logger, serverList: address, namespace: namespace || 'public', ...account });
    client.on('error', error => console.error(error));
    await client.ready();
    clients.set(name, new NamingVerbs(client));
  }
  return [];
}

async function perform(verb, name, ...args) {
  if (verb === 'open') return open(name, ...args);
  const client = clients.get(name);
  if (client === undefined) throw new Error(`no client is called ${name}`);
  if (verb === 'close') {
    clients.delete(name);
    await client.close();
    return [];
  }
  if (typeof client[verb] !== 'function') throw new Error(`this library does not know ${verb}`);
  return client[verb](...args);
}

async function answer(id, request) {
  try {
    send([id, 'ok', ...await perform(...request)]);
  } catch (error) {
    send([id, 'error', String(error)]);
  }
}

process.on('unhandledRejection', error => console.error(error));
readline.createInterface({ input: process.stdin }).on('line', line => {
  const [id, ...request] = line.split('\t').map(decode);
  answer(id, request);
}).on('close', () => process.exit(0));
