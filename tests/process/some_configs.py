"""Some configurations that are published, and expected later."""

import nacos_http

CONTENT = "value of {}"


def publish(server, names, content=CONTENT):
    """`content` says what each holds; {} is its name."""
    connection = nacos_http.Connection(server.port)
    for name in names:
        connection.publish(name, content.format(name))


def missing(server, names, content=CONTENT):
    """Those that are not there as they were published."""
    connection = nacos_http.Connection(server.port)
    return [name for name in names if connection.get(name) != content.format(name)]


def expect(server, names):
    """Errors: AssertionError when any is missing."""
    if lost := missing(server, names):
        raise AssertionError(f"lost: {lost}")
