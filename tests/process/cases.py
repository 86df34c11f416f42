"""What every official client library must be able to do against the server. Each function is one case.

A case takes a Fixture whose server is running and fails by raising; its first line of text is its sentence.
"""

import hashlib
import time

import maintainer_cases
import more_cases
import order_cases
from fixture import GROUP, PUSH_S, addresses_of, check, check_equal, eventually
from restart_case import kill_under_load

QUIET_S = 1.0  # how long a removed listener is watched after the change reached another one


def md5(text):
    return hashlib.md5(text.encode("utf-8")).hexdigest()


def publish_get(t):
    """What one client publishes, it and another client read."""
    writer, reader = t.config(), t.config()
    check(writer.publish("a.properties", "k=1"), "publish was refused")
    check_equal(writer.get("a.properties"), "k=1", "read by the writer")
    check_equal(reader.get("a.properties"), "k=1", "read by another client")
    check(writer.publish("a.properties", "k=2"), "the second publish was refused")
    check_equal(reader.get("a.properties"), "k=2", "read after the second publish")


def get_missing(t):
    """A configuration nobody published reads as the library's word for nothing."""
    check_equal(t.config().get("nobody"), t.client.missing, "read of a missing configuration")


def compare_and_set(t):
    """A publish with the right md5 is done, one with an old md5 is refused and changes nothing."""
    config = t.config()
    check(config.publish("cas", "one"), "publish was refused")
    check(config.publish_cas("cas", "two", md5("one")), "the right md5 was refused")
    check(not config.publish_cas("cas", "three", md5("one")), "an old md5 was accepted")
    check_equal(config.get("cas"), "two", "content after the refused publish")


def listen(t):
    """A listener is told each change with its content: the first publish, the next, and that of a raw HTTP client."""
    config = t.config()
    listener = config.listen("listened")
    check(config.publish("listened", "first"), "publish was refused")
    config.wait_content(listener, "first", t.listen_s)
    check(t.config().publish("listened", "second"), "publish of another client was refused")
    config.wait_content(listener, "second")
    check(t.http().publish("listened", "drittes, über HTTP", group=GROUP), "publish over HTTP was refused")
    config.wait_content(listener, "drittes, über HTTP")


def listener_removed(t):
    """A removed listener is told nothing more, while another one goes on."""
    config, other = t.config(), t.config()
    removed, kept = config.listen("left"), other.listen("left")
    check(config.publish("left", "before"), "publish was refused")
    config.wait_content(removed, "before", t.listen_s)
    other.wait_content(kept, "before", t.listen_s)
    config.unlisten("left", removed)
    seen = len(t.driver.events(removed))
    check(other.publish("left", "after"), "publish was refused")
    other.wait_content(kept, "after")
    # A fence that passes through the very client that must stay silent about "left".
    fence = config.listen("fence")
    check(config.publish("fence", "through"), "publish was refused")
    config.wait_content(fence, "through", t.listen_s)
    time.sleep(QUIET_S)
    check_equal(t.driver.events(removed)[seen:], [], "told after the listener was removed")


def delete(t):
    """A deleted configuration reads as missing, and can be published again."""
    config = t.config()
    check(config.publish("gone", "here"), "publish was refused")
    check(config.remove("gone"), "remove was refused")
    check_equal(config.get("gone"), t.client.missing, "read after remove")
    check(config.publish("gone", "again"), "the second publish was refused")
    check_equal(config.get("gone"), "again", "read after the second publish")


def type_and_md5(t):
    """The type given at publish and the md5 of the content come back with it."""
    config = t.config()
    for kind, content in (("json", '{"k": "é"}'), ("yaml", "k: 1\n"), ("properties", "k=配置"), ("text", "k")):
        check(config.publish(f"typed.{kind}", content, kind), "publish was refused")
        status, headers, body = t.http().get_raw(f"typed.{kind}", GROUP)
        check_equal(status, 200, "status")
        check_equal(body.decode("utf-8"), content, "content")
        check_equal(headers["Config-Type"], kind, "Config-Type")
        check_equal(headers["Content-MD5"], md5(content), "Content-MD5")


def large_and_unicode(t):
    """1 MB of text and of characters outside ASCII come back unchanged, also through a listener."""
    config = t.config()
    listener = config.listen("large")
    large = "".join(f"line.{number:06}=value\n" for number in range(2**20 // 18))
    unicode = "配置 é ß 😀 \u2028 tab\t plus+ percent% \\N quote\" " * 5000
    for content in (large, unicode):
        check(config.publish("large", content), "publish was refused")
        config.wait_content(listener, content, t.listen_s)
        check_equal(config.get("large"), content, "content")


def namespaces(t):
    """The same names in two namespaces and in public are different configurations and services."""
    for number, namespace in enumerate(("", "ns-one", "ns-two"), start=1):
        config, naming = t.config(namespace), t.naming(namespace)
        check_equal(config.get("same"), t.client.missing, f"read in {namespace or 'public'} before its publish")
        check(config.publish("same", f"content {number}"), "publish was refused")
        check_equal(naming.services(), [], f"services in {namespace or 'public'} before the registration")
        naming.register("same-service", f"10.0.0.{number}")
    for number, namespace in enumerate(("", "ns-one", "ns-two"), start=1):
        check_equal(t.config(namespace).get("same"), f"content {number}", f"content in {namespace or 'public'}")
        check_equal(addresses_of(t.naming(namespace).instances("same-service")), [f"10.0.0.{number}:8080"],
                    f"instances in {namespace or 'public'}")


def register_and_list(t):
    """Instances of two clients are listed with weight and metadata; selecting leaves out the one of weight 0."""
    one, two, reader = t.naming(), t.naming(), t.naming()
    one.register("listed", "10.0.0.1", 8081, weight=2.5, metadata="version=1,zone=a")
    two.register("listed", "10.0.0.2", 8082, weight=0 if t.client.has_zero_weight else 1)
    heavy, idle = "10.0.0.1:8081;2.5;true;version=1,zone=a", "10.0.0.2:8082;0.0;true;"
    if not t.client.has_zero_weight:
        idle = "10.0.0.2:8082;1.0;true;"
    eventually(PUSH_S, lambda: reader.instances("listed") == [heavy, idle], "both instances to be listed")
    check_equal(t.naming().select("listed"), [heavy] if t.client.has_zero_weight else [heavy, idle],
                "the selected instances")
    check_equal(t.http().instances("listed", GROUP), ["10.0.0.1:8081", "10.0.0.2:8082"], "listed over HTTP")


def deregister(t):
    """A deregistered instance leaves the list; that of another client stays."""
    one, two = t.naming(), t.naming()
    one.register("shrinking", "10.0.0.1")
    two.register("shrinking", "10.0.0.2")
    check_equal(t.http().instances("shrinking", GROUP), ["10.0.0.1:8080", "10.0.0.2:8080"], "before")
    one.deregister("shrinking", "10.0.0.1")
    check_equal(t.http().instances("shrinking", GROUP), ["10.0.0.2:8080"], "after, over HTTP")
    check_equal(addresses_of(t.naming().instances("shrinking")), ["10.0.0.2:8080"], "after, in a new client")


def subscribe(t):
    """A subscriber is told of every registration and deregistration of other clients."""
    subscriber, one, two = t.naming(), t.naming(), t.naming()
    listener = subscriber.subscribe("watched")
    one.register("watched", "10.0.0.1")
    subscriber.wait_addresses(listener, ["10.0.0.1:8080"])
    two.register("watched", "10.0.0.2")
    subscriber.wait_addresses(listener, ["10.0.0.1:8080", "10.0.0.2:8080"])
    one.deregister("watched", "10.0.0.1")
    subscriber.wait_addresses(listener, ["10.0.0.2:8080"])


def service_list(t):
    """The services of a group are listed by name."""
    naming = t.naming()
    for service in ("orders", "payments", "users"):
        naming.register(service, "10.0.0.1")
    check_equal(naming.services(), ["orders", "payments", "users"], "services")


def client_killed(t):
    """The instance of a client process that died by kill -9 leaves the lists and the subscribers in time."""
    subscriber, stays = t.naming(), t.naming()
    stays.register("mortal", "10.0.0.1")
    listener = subscriber.subscribe("mortal")
    victim = t.second_driver()
    t.naming(driver=victim).register("mortal", "10.0.0.2")
    subscriber.wait_addresses(listener, ["10.0.0.1:8080", "10.0.0.2:8080"])
    seen = len(t.driver.events(listener))
    victim.kill()
    eventually(t.client.gone_s, lambda: t.http().instances("mortal", GROUP) == ["10.0.0.1:8080"],
               "the dead client's instance to leave the list")
    eventually(t.client.gone_s, lambda: any(addresses_of(event) == ["10.0.0.1:8080"]
                                          for event in t.driver.events(listener)[seen:]),
               "the subscriber to be told that the dead client's instance left")


# What a case needs beside the verbs that every library has.
NEEDS = more_cases.NEEDS | {compare_and_set: "publish_cas", service_list: "services", namespaces: "services", kill_under_load: "reconnect"}

ALL = [publish_get, get_missing, compare_and_set, listen, listener_removed, delete, type_and_md5, large_and_unicode,
       namespaces, register_and_list, deregister, subscribe, service_list, client_killed, kill_under_load]


def cases_for(client):
    """The cases that the library has the functions for, and whether each is with sign-in.

    All are seen both ways but those of order_cases.py, which take long and in which nothing is refused.
    """
    if client.is_maintainer:
        return [(case, True) for case in maintainer_cases.ALL]
    open_cases = [(case, False) for case in ALL + more_cases.OPEN + order_cases.ALL]
    guarded_cases = [(case, True) for case in ALL + more_cases.OPEN + more_cases.GUARDED]
    return [(case, guarded) for case, guarded in open_cases + guarded_cases if NEEDS.get(case) not in client.lacks]


def name_of(client, case, guarded):
    """The name of a case for one library."""
    return f"{client.name}/{'guarded/' if guarded else ''}{case.__name__}"
