//! Runs the Rust client for the test runner; the protocol is in ../../lines.py.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use nacos_sdk::api::config::{ConfigChangeListener, ConfigResponse, ConfigService, ConfigServiceBuilder};
use nacos_sdk::api::error::Error;
use nacos_sdk::api::naming::{
    NamingChangeEvent, NamingEventListener, NamingService, NamingServiceBuilder, ServiceInstance,
};
use nacos_sdk::api::props::ClientProps;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::mpsc::{unbounded_channel, UnboundedSender};

type Fields = Vec<Option<String>>;
type Answer = Result<Fields, String>;
type Out = UnboundedSender<String>;

const NULL: &str = "\\N";
const PAGE_SIZE: i32 = 100;

fn encode(field: &Option<String>) -> String {
    let Some(text) = field else { return NULL.to_string() };
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

fn decode(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' if rest.len() >= 2 => {
                let digits = std::str::from_utf8(&rest[..2]).unwrap_or("3F");
                bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
                rest = &rest[2..];
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn send(out: &Out, fields: Fields) {
    let line: Vec<String> = fields.iter().map(encode).collect();
    let _ = out.send(line.join("\t") + "\n");
}

struct Told {
    listener: String,
    out: Out,
}

impl Told {
    fn emit(&self, fields: Vec<String>) {
        let head = vec![Some("event".to_string()), Some(self.listener.clone())];
        send(&self.out, head.into_iter().chain(fields.into_iter().map(Some)).collect());
    }
}

impl ConfigChangeListener for Told {
    fn notify(&self, response: ConfigResponse) {
        self.emit(vec![response.content().clone()]);
    }
}

impl NamingEventListener for Told {
    fn event(&self, event: Arc<NamingChangeEvent>) {
        self.emit(event.instances.iter().flatten().map(instance_text).collect());
    }
}

fn instance_text(instance: &ServiceInstance) -> String {
    let mut pairs: Vec<String> = instance.metadata.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.sort();
    format!("{}:{};{:?};{};{}", instance.ip, instance.port, instance.weight, instance.healthy, pairs.join(","))
}

fn instance(ip: &str, port: &str) -> ServiceInstance {
    ServiceInstance { ip: ip.to_string(), port: port.parse().unwrap_or(0), ..Default::default() }
}

fn described(a: &[String], ephemeral: bool) -> ServiceInstance {
    let mut described = instance(&a[2], &a[3]);
    described.weight = a[4].parse().unwrap_or(1.0);
    described.ephemeral = ephemeral;
    described.metadata = a[5].split(',').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.into(), value.into())).collect();
    described
}

fn done(result: Result<(), Error>) -> Answer {
    result.map(|()| vec![]).map_err(|error| error.to_string())
}

fn truth(result: Result<bool, Error>) -> Answer {
    result.map(|value| vec![Some(value.to_string())]).map_err(|error| error.to_string())
}

fn texts(result: Result<Vec<ServiceInstance>, Error>) -> Answer {
    result.map(|list| list.iter().map(|one| Some(instance_text(one))).collect()).map_err(|error| error.to_string())
}

enum Client {
    Config(ConfigService),
    Naming(NamingService),
}

struct Driver {
    out: Out,
    state: String,
    clients: Mutex<HashMap<String, Arc<Client>>>,
    listeners: Mutex<HashMap<String, Arc<Told>>>,
}

impl Driver {
    async fn perform(&self, verb: &str, a: &[String]) -> Answer {
        if verb == "open" {
            return self.open(a).await;
        }
        let client = {
            let mut clients = self.clients.lock().unwrap();
            if verb == "close" { clients.remove(&a[0]) } else { clients.get(&a[0]).cloned() }
        };
        match client.as_deref() {
            None => Err(format!("no client is called {}", a[0])),
            Some(_) if verb == "close" => Ok(vec![]),
            Some(Client::Config(service)) => self.config(service, verb, &a[1..]).await,
            Some(Client::Naming(service)) => self.naming(service, verb, &a[1..]).await,
        }
    }

    async fn open(&self, a: &[String]) -> Answer {
        let mut props = ClientProps::new().server_addr(&a[2]).namespace(&a[3]).env_first(false);
        props = props.load_cache_at_start(false).cache_dir(format!("{}/{}", self.state, a[0]));
        let signs_in = !a[4].is_empty();
        if signs_in {
            props = props.auth_username(&a[4]).auth_password(&a[5]);
        }
        let client = if a[1] == "config" {
            let mut builder = ConfigServiceBuilder::new(props);
            if signs_in {
                builder = builder.enable_auth_plugin_http();
            }
            builder.build().await.map(Client::Config)
        } else {
            let mut builder = NamingServiceBuilder::new(props);
            if signs_in {
                builder = builder.enable_auth_plugin_http();
            }
            builder.build().await.map(Client::Naming)
        };
        let client = client.map_err(|error| error.to_string())?;
        self.clients.lock().unwrap().insert(a[0].clone(), Arc::new(client));
        Ok(vec![])
    }

    async fn config(&self, service: &ConfigService, verb: &str, a: &[String]) -> Answer {
        let (id, group) = (a[0].clone(), a[1].clone());
        match verb {
            "publish" => truth(service.publish_config(id, group, a[2].clone(), Some(a[3].clone())).await),
            "publish_cas" => truth(service.publish_config_cas(id, group, a[2].clone(), None, a[3].clone()).await),
            "publish_beta" => truth(service.publish_config_beta(id, group, a[2].clone(), None, a[3].clone()).await),
            "get" => match service.get_config(id, group).await {
                Ok(response) => Ok(vec![Some(response.content().clone())]),
                Err(Error::ConfigNotFound(_)) => Ok(vec![None]),
                Err(error) => Err(error.to_string()),
            },
            "remove" => truth(service.remove_config(id, group).await),
            "listen" => done(service.add_listener(id, group, self.listener(&a[2])).await),
            "unlisten" => done(service.remove_listener(id, group, self.forget(&a[2])?).await),
            _ => Err(format!("a configuration client does not know {verb}")),
        }
    }

    async fn naming(&self, service: &NamingService, verb: &str, a: &[String]) -> Answer {
        if verb == "services" {
            let page = service.get_service_list(1, PAGE_SIZE, Some(a[0].clone())).await.map_err(|error| error.to_string())?;
            return Ok(page.0.into_iter().map(Some).collect());
        }
        let (name, group) = (a[0].clone(), Some(a[1].clone()));
        match verb {
            "register" => done(service.register_instance(name, group, described(a, true)).await),
            "register_persistent" => done(service.register_instance(name, group, described(a, false)).await),
            "register_batch" => {
                let batch = a[2..].iter().filter_map(|one| one.split_once(':')).map(|(ip, port)| instance(ip, port)).collect();
                done(service.batch_register_instance(name, group, batch).await)
            }
            "deregister" => done(service.deregister_instance(name, group, instance(&a[2], &a[3])).await),
            "deregister_persistent" => {
                let gone = ServiceInstance { ephemeral: false, ..instance(&a[2], &a[3]) };
                done(service.deregister_instance(name, group, gone).await)
            }
            "instances" => texts(service.get_all_instances(name, group, vec![], false).await),
            "select" => texts(service.select_instances(name, group, vec![], false, true).await),
            "subscribe" => done(service.subscribe(name, group, vec![], self.listener(&a[2])).await),
            "unsubscribe" => done(service.unsubscribe(name, group, vec![], self.forget(&a[2])?).await),
            _ => Err(format!("a naming client does not know {verb}")),
        }
    }

    fn listener(&self, name: &str) -> Arc<Told> {
        let told = Arc::new(Told { listener: name.to_string(), out: self.out.clone() });
        self.listeners.lock().unwrap().insert(name.to_string(), told.clone());
        told
    }

    fn forget(&self, name: &str) -> Result<Arc<Told>, String> {
        self.listeners.lock().unwrap().remove(name).ok_or_else(|| format!("no listener is called {name}"))
    }
}

#[tokio::main]
async fn main() {
    let (out, mut lines) = unbounded_channel::<String>();
    tokio::spawn(async move {
        let mut stdout = tokio::io::stdout();
        while let Some(line) = lines.recv().await {
            let _ = stdout.write_all(line.as_bytes()).await;
            let _ = stdout.flush().await;
        }
    });
    let state = std::env::args().nth(1).unwrap_or_default();
    let driver = Arc::new(Driver { out: out.clone(), state, clients: Default::default(), listeners: Default::default() });
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    while let Ok(Some(line)) = input.next_line().await {
        let fields: Vec<String> = line.split('\t').map(decode).collect();
        let (driver, out) = (driver.clone(), out.clone());
        tokio::spawn(async move {
            let head = Some(fields[0].clone());
            match driver.perform(&fields[1], &fields[2..]).await {
                Ok(answer) => send(&out, [vec![head, Some("ok".into())], answer].concat()),
                Err(text) => send(&out, vec![head, Some("error".into()), Some(text)]),
            }
        });
    }
    std::process::exit(0); // The library leaves tasks behind.
}
