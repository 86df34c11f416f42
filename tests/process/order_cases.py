"""Cases of the order in which the listeners of a configuration are told its changes.

As in cases.py, each function is one case. The changes are numbers, published over raw HTTP by one writer, so that their order is known,
and told to two clients in processes of their own.
"""

import itertools
import time

from fixture import GROUP, check, check_equal

CHANGES = 10_000
CHANGES_TOLD_MIN = 10  # of those; fewer would prove nothing
PAUSED_CHANGES = 50
PAUSE_S = 0.1  # a change that comes while the library looks for the one before may be merged with it, or be lost by the library


def changes_in_order(t):
    """Of 10,000 changes in a row the listeners are told some in order, none twice in a row, and in the end the last."""
    listeners = _listeners(t)
    _publish(t, range(1, CHANGES + 1))
    for config, listener in listeners:
        config.wait_content(listener, str(CHANGES), t.listen_s)
    told = [_told(*listener) for listener in listeners]
    for numbers in told:
        falls = [pair for pair in itertools.pairwise(numbers) if pair[0] >= pair[1]]
        check(not falls, f"{len(falls)} of {len(numbers)} changes told were no newer than the one before: {falls[:5]}")
        check_equal(numbers[-1], CHANGES, "the last change told")
        check(len(numbers) >= CHANGES_TOLD_MIN, f"only {len(numbers)} changes were told: {numbers}")
    return f"told {' and '.join(str(len(numbers)) for numbers in told)}"


def every_change_arrives(t):
    """Of changes with a pause between them every single one is told, once."""
    listeners = _listeners(t)
    for number in range(1, PAUSED_CHANGES + 1):
        time.sleep(PAUSE_S)
        _publish(t, [number])
        for config, listener in listeners:
            config.wait_content(listener, str(number), t.listen_s)
    for listener in listeners:
        check_equal(_told(*listener), list(range(PAUSED_CHANGES + 1)), "the changes told")


ALL = [changes_in_order, every_change_arrives]


def _publish(t, numbers):
    http = t.http()
    for number in numbers:
        http.publish("counted", str(number), group=GROUP)
    http.close()


def _listeners(t):
    """Two clients with a listener each that has been told the number 0."""
    clients = [t.config(), t.config(driver=t.second_driver())]
    listeners = [(config, config.listen("counted")) for config in clients]
    _publish(t, [0])
    for config, listener in listeners:
        config.wait_content(listener, "0", t.listen_s)
    return listeners


def _told(config, listener):
    """The numbers that `listener` was told, oldest first, from 0 on."""
    contents = [event[0] for event in config.driver.events(listener)]
    return [int(content) for content in contents[contents.index("0"):]]
