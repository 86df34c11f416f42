"""Cases of what not every library can do: persistent and batched instances, gray releases, fuzzy watches, locks, sign-in.

As in cases.py, each function is one case.
"""

import time

import lines
from fixture import APP, GROUP, PUSH_S, addresses_of, check, check_equal, eventually

# How long a token lives in the case that waits for its end. Java and Go renew it when a tenth of that is left, counted in
# whole seconds: below 10 s that is when it has expired, or up to 5 s later.
EXPIRY_S = 10


def persistent(t):
    """A persistent instance outlives its client and a kill -9 of the server, until it is deregistered."""
    owner, other = t.naming(), t.naming()
    owner.ask("register_persistent", "lasting", GROUP, "10.0.0.1", "8080", "2.5", "zone=a")
    other.ask("register_persistent", "lasting", GROUP, "10.0.0.2", "8080", "1.0", "")
    both = ["10.0.0.1:8080", "10.0.0.2:8080"]
    check_equal(t.http().instances("lasting", GROUP), both, "listed over HTTP")
    t.close_client(owner)
    t.server.restart()
    check_equal(t.http().instances("lasting", GROUP), both, "after the restart")
    again = t.naming()
    again.ask("deregister_persistent", "lasting", GROUP, "10.0.0.1", "8080")
    check_equal(t.http().instances("lasting", GROUP), ["10.0.0.2:8080"], "after one was deregistered")


def ephemeral_and_persistent_do_not_mix(t):
    """A service of ephemeral instances refuses a persistent one, and says so."""
    naming = t.naming()
    naming.register("mixed", "10.0.0.1")
    try:
        naming.ask("register_persistent", "mixed", GROUP, "10.0.0.2", "8080", "1.0", "")
    except lines.DriverError as error:
        check(t.client.hides_reasons or "ephemeral service" in str(error), f"refused for another reason: {error}")
    check_equal(t.http().instances("mixed", GROUP), ["10.0.0.1:8080"], "instances")


def batch(t):
    """Several instances of one client are registered together; the next batch replaces them."""
    owner, subscriber = t.naming(), t.naming()
    listener = subscriber.subscribe("batched")
    owner.ask("register_batch", "batched", GROUP, "10.0.0.1:1", "10.0.0.1:2", "10.0.0.2:1")
    subscriber.wait_addresses(listener, ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.2:1"])
    owner.ask("register_batch", "batched", GROUP, "10.0.0.1:2", "10.0.0.3:1")
    subscriber.wait_addresses(listener, ["10.0.0.1:2", "10.0.0.3:1"])


def beta(t):
    """A beta release reaches the clients it is for, also through a listener, and no others; it ends when it is stopped."""
    config, http = t.config(), t.http()
    listener = config.listen("staged")
    check(config.publish("staged", "formal"), "publish was refused")
    config.wait_content(listener, "formal", t.listen_s)
    address = eventually(t.listen_s, lambda: http.listening_address("staged", GROUP), "the server to know of the listener")
    status, _, body = http.request("POST", "/nacos/v1/cs/configs", headers={"betaIps": f"10.9.9.9,{address}"},
                                   form={"dataId": "staged", "group": GROUP, "content": "beta"})
    check_equal((status, body), (200, b"true"), "the answer to the beta release")
    config.wait_content(listener, "beta", t.listen_s)
    eventually(PUSH_S, lambda: config.get("staged") == "beta", "the client to read the beta release")
    _, _, elsewhere = http.request("GET", "/nacos/v1/cs/configs", {"dataId": "staged", "group": GROUP},
                                   headers={"X-Forwarded-For": "10.8.8.8"})
    check_equal(elsewhere, b"formal", "read by a client that the release is not for")
    http.ask("DELETE", "/nacos/v1/cs/configs", {"beta": "true", "dataId": "staged", "group": GROUP})
    eventually(PUSH_S + t.listen_s, lambda: t.driver.events(listener)[-1] == ["formal"], "the listener to be told the end")
    eventually(PUSH_S, lambda: config.get("staged") == "formal", "the client to read the formal content")


def fuzzy_watch_configs(t):
    """A fuzzy watch is told what is there, what comes and what goes, and nothing when it is cancelled."""
    config, writer = t.config(), t.config()
    check(writer.publish("watched.one", "1"), "publish was refused")
    check(writer.publish("other", "1"), "publish was refused")
    config.ask("fuzzy_watch", "watched.*", GROUP, "fuzzy")
    t.driver.wait_event("fuzzy", lambda event: event == ["ADD_CONFIG", "watched.one"], PUSH_S, "what is there")
    check(writer.publish("watched.two", "2"), "publish was refused")
    t.driver.wait_event("fuzzy", lambda event: event[1] == "watched.two" and event[0] != "DELETE_CONFIG", PUSH_S,
                        "what has come")
    check(writer.remove("watched.one"), "remove was refused")
    t.driver.wait_event("fuzzy", lambda event: event == ["DELETE_CONFIG", "watched.one"], PUSH_S, "what has gone")
    check(all(event[1] != "other" for event in t.driver.events("fuzzy")), "told of a name that does not match")


def fuzzy_watch_services(t):
    """A fuzzy watch of services is told what is there, what comes and what goes."""
    watcher, owner = t.naming(), t.naming()
    owner.register("watched-one", "10.0.0.1")
    owner.register("other", "10.0.0.1")
    watcher.ask("fuzzy_watch", "watched-*", GROUP, "fuzzy-services")
    told = "fuzzy-services"
    t.driver.wait_event(told, lambda event: event == ["ADD_SERVICE", "watched-one"], PUSH_S, "what is there")
    owner.register("watched-two", "10.0.0.1")
    t.driver.wait_event(told, lambda event: event == ["ADD_SERVICE", "watched-two"], PUSH_S, "what has come")
    owner.deregister("watched-one", "10.0.0.1")
    t.driver.wait_event(told, lambda event: event == ["DELETE_SERVICE", "watched-one"], PUSH_S, "what has gone")
    check(all(event[1] != "other" for event in t.driver.events(told)), "told of a name that does not match")


def locks(t):
    """A lock is held by one client at a time, until it is released or its time is up."""
    one, two = t.lock(), t.lock()
    check_equal(one.ask("lock", "door", "30000"), ["true"], "the first lock")
    check_equal(two.ask("lock", "door", "30000"), ["false"], "a second lock while it is held")
    check_equal(one.ask("unlock", "door"), ["true"], "the release")
    check_equal(two.ask("lock", "door", "200"), ["true"], "a lock after the release")
    eventually(PUSH_S, lambda: one.ask("lock", "door", "30000") == ["true"], "the lock's time to be up")


def wrong_password(t):
    """A client with a wrong password, and one without, neither reads nor writes; the right one does."""
    good, http = t.config(), t.http()
    check(good.publish("guarded", "secret"), "publish was refused")
    for account in ((APP[0], "wrong"), ("", "")):
        try:
            # In another process: Node.js has one client in each, with the account of the first.
            bad = t.config(driver=t.second_driver(), account=account)
        except (lines.DriverError, TimeoutError):
            continue  # the library does not even start
        _refused(lambda: bad.get("guarded") == "secret", f"read with {account}")
        _refused(lambda: bad.publish("guarded", "overwritten"), f"publish with {account}")
    # Not by the library: one that tries again and again has locked the account, which takes only tokens now.
    check_equal(http.get("guarded", GROUP), "secret", "content afterwards")


def _refused(attempt, what):
    try:
        check(not attempt(), f"{what} was allowed")
    except lines.DriverError:
        pass


def token_renewed(t):
    """A client goes on when its token has expired: it signs in again by itself."""
    config, naming = t.config(), t.naming()
    listener = config.listen("renewed")
    time.sleep(max(EXPIRY_S, t.client.token_look_s) + 2)
    check(config.publish("renewed", "after"), "publish was refused")
    config.wait_content(listener, "after", t.listen_s)
    naming.register("renewed", "10.0.0.1")
    eventually(PUSH_S, lambda: addresses_of(naming.instances("renewed")) == ["10.0.0.1:8080"], "the instance to be listed")


token_renewed.settings = [f"--nacos.core.auth.plugin.nacos.token.expire.seconds={EXPIRY_S}"]

NEEDS = {persistent: "register_persistent", ephemeral_and_persistent_do_not_mix: "register_persistent", batch: "register_batch",
         fuzzy_watch_configs: "fuzzy_watch", fuzzy_watch_services: "fuzzy_watch", locks: "lock"}
OPEN = [persistent, ephemeral_and_persistent_do_not_mix, batch, beta, fuzzy_watch_configs, fuzzy_watch_services, locks]
GUARDED = [wrong_password, token_renewed]
