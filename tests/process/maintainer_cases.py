"""What the Java client for administrators must be able to do. Each function is one case; sign-in is always needed."""

import hashlib

import lines
from fixture import ADMIN_PASSWORD, CALL_S, GROUP, PUSH_S, check, check_equal, eventually


def _admin(t, password=ADMIN_PASSWORD):
    """Opens the library's clients as the first administrator, and returns how to ask them."""
    t.driver.call("open", t.server.address, "nacos", password, timeout=CALL_S)
    return lambda verb, *arguments: t.driver.call(verb, *arguments, timeout=CALL_S)


def state(t):
    """The server tells its state, its health and its members."""
    ask = _admin(t)
    check_equal(ask("state", "startup_mode"), ["standalone", "true"], "state and liveness")
    check_equal(ask("nodes", ""), ["UP"], "members")
    check_equal(ask("loader", ""), ["1"], "members in the loader's metrics")


def wrong_password(t):
    """A wrong password opens nothing."""
    ask = _admin(t, "wrong")
    try:
        nodes = ask("nodes", "")
    except lines.DriverError:
        return
    raise AssertionError(f"told {nodes}")


def namespaces(t):
    """Namespaces are made, found, changed and removed."""
    ask = _admin(t)
    check_equal(ask("namespace_create", "ns-1", "One", "the first"), ["true"], "create")
    check_equal(ask("namespace_exists", "ns-1"), ["true"], "exists")
    check("ns-1:One" in ask("namespace_list", ""), "not in the list")
    check_equal(ask("namespace_update", "ns-1", "Two", ""), ["true"], "update")
    check("ns-1:Two" in ask("namespace_list", ""), "not changed in the list")
    check_equal(ask("namespace_delete", "ns-1"), ["true"], "delete")
    check_equal(ask("namespace_exists", "ns-1"), ["false"], "exists after it was removed")


def configs(t):
    """A configuration is published, read, listed, searched, copied and removed."""
    ask = _admin(t)
    for name in ("app.yaml", "app-two.yaml", "other"):
        check_equal(ask("config_publish", name, GROUP, "public", f"name: {name}"), ["true"], "publish")
    content, md5, _, number = ask("config_get", "app.yaml", GROUP, "public")
    check_equal((content, md5), ("name: app.yaml", hashlib.md5(b"name: app.yaml").hexdigest()), "read")
    check_equal(ask("config_list", "app.yaml", GROUP, "public"), ["app.yaml"], "the list of one name")
    check_equal(sorted(ask("config_search", "app*", GROUP, "public")), ["app-two.yaml", "app.yaml"], "the search by name")
    check_equal(ask("config_search_detail", "public", "name: oth*"), ["other"], "the search by content")
    ask("namespace_create", "copies", "Copies", "")
    check_equal(ask("config_clone", "copies", number), ["1"], "copied")
    check_equal(ask("config_in_namespace", "copies"), ["app.yaml"], "in the other namespace")
    check_equal(ask("config_delete", "other", GROUP, "public"), ["true"], "delete")
    check_equal(ask("config_delete_ids", number), ["true"], "delete by number")
    check_equal(ask("config_search", "*", GROUP, "public"), ["app-two.yaml"], "what is left")


def history(t):
    """The history has every change, and the content of before."""
    ask = _admin(t)
    for content in ("one", "two"):
        ask("config_publish", "kept", GROUP, "public", content)
    ask("config_delete", "kept", GROUP, "public")
    entries = ask("config_history", "kept", GROUP, "public")
    check_equal([entry.split(":")[0] for entry in entries], ["D", "U", "I"], "kinds of changes, the newest first")
    numbers = [entry.split(":")[1] for entry in entries]
    contents = [ask("config_history_entry", "kept", GROUP, "public", number)[0] for number in numbers]
    check_equal(contents, ["two", "one", "one"], "contents of the entries")


def beta(t):
    """A beta release is published, read and stopped."""
    ask = _admin(t)
    ask("config_publish", "staged", GROUP, "public", "formal")
    check_equal(ask("config_beta", "staged", GROUP, "public", "beta", "10.0.0.1"), ["true"], "publish")
    check_equal(ask("config_beta_get", "staged", GROUP, "public"), ["beta"], "read")
    check_equal(ask("config_beta_stop", "staged", GROUP, "public"), ["true"], "stop")


def services(t):
    """A service is made, changed, read, listed and removed."""
    ask = _admin(t)
    check_equal(ask("service_create", "public", GROUP, "orders", "0.5"), ["ok"], "create")
    check_equal(ask("service_update", "public", GROUP, "orders", "0.25", "me"), ["ok"], "update")
    check_equal(ask("service_get", "public", GROUP, "orders"), ["orders", "0.25", "{owner=me}"], "read")
    check_equal(ask("service_list", "public", GROUP), ["orders"], "list")
    check_equal(ask("service_subscribers", "public", GROUP, "orders"), ["0"], "subscribers")
    check_equal(ask("service_delete", "public", GROUP, "orders"), ["ok"], "delete")


def instances(t):
    """A persistent instance is registered, changed, labelled, listed and taken out."""
    ask = _admin(t)
    one = ("public", GROUP, "payments", "10.0.0.1", "8080")
    check_equal(ask("instance_register", *one), ["ok"], "register")
    check_equal(ask("instance_list", *one[:3]), ["10.0.0.1:8080"], "list")
    check_equal(ask("instance_update", *one, "2.5"), ["ok"], "update")
    check_equal(len(ask("instance_add_metadata", *one, "zone", "a")), 1, "instances with new metadata")
    eventually(PUSH_S, lambda: ask("instance_get", *one) == ["10.0.0.1", "2.5", "{zone=a}"], "the changed instance")
    check_equal(ask("instance_client", *one), ["ipPort"], "the client that publishes it")
    check_equal(ask("metrics", "", "", ""), ["UP"], "metrics")
    check_equal(ask("instance_deregister", *one), ["ok"], "deregister")
    eventually(PUSH_S, lambda: t.http().instances("payments", GROUP) == [], "the instance to be gone")


ALL = [state, wrong_password, namespaces, configs, history, beta, services, instances]
