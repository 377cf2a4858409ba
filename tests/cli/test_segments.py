"""Segments, listed and carried from store to store."""

import json

from plugin.db import segments
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import StoreId
from tests.builders import a_store
from tests.cli.conftest import Regulars

SPEND = {"name": "Spend", "definition": {"kind": "rule", "rule": "amount_spent >= 500"}, "outputs": {"": "big"}}
NEW = {
    "name": "New big",
    "definition": {"kind": "rule", "rule": "IN SEGMENT 'Spend' AND first_order_date >= -30d"},
    "outputs": {},
}


def file(*given: object) -> str:
    """What `segments export` would print."""
    return json.dumps({"segments": given})


def names(at: Doors, store_id: StoreId) -> dict[str, int]:
    """The store's segments with their versions."""
    with at.store(store_id) as tx:
        return {segment.name: segment.version for segment in segments.newest(tx)}


def test_segments_go_from_store_to_store_by_export_and_import(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")
    to = a_store(at, "coffee.myshopify.com")
    assert regulars("segments", "import", "tea", "-", given=file(SPEND)).exit_code == 0

    exported = regulars("segments", "export", "tea").output
    done = regulars("segments", "import", "coffee", "-", given=exported)

    assert done.output == "1 created, 0 revised, 0 unchanged.\n"
    assert names(at, to) == {"Spend": 1}
    assert regulars("segments", "export", "coffee").output == exported


def test_a_segment_is_saved_after_the_one_it_reads_whatever_the_order(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    done = regulars("segments", "import", "tea", "-", given=file(NEW, SPEND))

    assert done.exit_code == 0, done.output
    assert list(names(at, store_id)) == ["Spend", "New big"]


def test_what_stands_already_is_left_alone_and_the_rest_gets_a_version(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    regulars("segments", "import", "tea", "-", given=file(SPEND, NEW))
    dearer = SPEND | {"definition": {"kind": "rule", "rule": "amount_spent >= 900"}}

    done = regulars("segments", "import", "tea", "-", given=file(dearer, NEW))

    assert done.output == "0 created, 1 revised, 1 unchanged.\n"
    assert names(at, store_id) == {"Spend": 2, "New big": 1}


def test_one_mistake_and_nothing_is_saved(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    wrong = NEW | {"definition": {"kind": "rule", "rule": "amount_spnt >= 5"}}

    done = regulars("segments", "import", "tea", "-", given=file(SPEND, wrong))

    assert done.exit_code == 1
    assert "New big" in done.stderr
    assert "amount_spent" in done.stderr
    assert names(at, store_id) == {}


def test_a_file_of_another_kind_is_refused(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")

    done = regulars("segments", "import", "tea", "-", given='["Spend"]')

    assert done.stderr == "Error: This is not what `regulars segments export` prints.\n"


def test_segments_are_listed_with_their_sizes(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")
    regulars("segments", "import", "tea", "-", given=file(SPEND))

    assert [(row["name"], row["members"]) for row in regulars.json("segments", "list", "tea")] == [("Spend", 0)]
    assert "Spend" in regulars("segments", "list", "tea").output


def test_a_series_says_how_large_a_segment_was(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")
    regulars("segments", "import", "tea", "-", given=file(SPEND))

    points = regulars.json("segments", "series", "tea", "spend", "--points", "3")
    said = regulars("segments", "series", "tea", "Spend", "--points", "2", "--step", "day").output

    assert [(point["in"], point["customers"]) for point in points] == [(0, 0)] * 3
    assert said.splitlines()[0].split() == ["as", "of", "in", "undecided", "customers"]
    assert len(said.splitlines()) == 3


def test_a_series_has_no_numbers_where_nothing_can_be_known(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    regulars("segments", "import", "tea", "-", given=file(SPEND))
    with at.store(store_id) as tx:
        tx.execute("UPDATE stores SET orders_known_from = now() - interval '3 days' WHERE id = %s", (store_id,))

    points = regulars.json("segments", "series", "tea", "Spend", "--points", "2")

    assert [point["in"] for point in points] == [None, 0]


def test_a_series_of_an_unknown_segment_is_one_sentence(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")

    assert regulars("segments", "series", "tea", "Nobody").stderr.startswith("Error: There is no segment Nobody.")
