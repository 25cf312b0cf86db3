"""Who unsubscribed stays so until they are put back, whatever the case of their address."""

from connectors.store.unsubscribed import subscribe_again, unsubscribe, unsubscribed_of


def test_an_address_unsubscribes_once_and_can_come_back(engine, now):
    for _ in range(2):
        unsubscribe(engine, "Ann@Example.org", now)
    assert unsubscribed_of(engine, ["ann@example.org", "bob@example.org"]) == {"ann@example.org"}
    subscribe_again(engine, "ANN@example.org")
    assert unsubscribed_of(engine, ["ann@example.org"]) == set()
