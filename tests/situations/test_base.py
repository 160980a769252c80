"""The small book as it is: everything loads, the ledger adds up, and a list comes out."""

from tests.situations.situation import TO_LIST, Situation


def test_the_small_book_loads_whole(situation: Situation) -> None:
    printed = situation.check()
    assert printed.code == 0
    assert "contracts          319       319            0" in printed.text


def test_the_small_book_comes_to_a_list(situation: Situation) -> None:
    assert situation.run(*TO_LIST).text == ""
    listed = situation.risk_list()
    assert len(listed) > 50 and listed.arr_usd.sum() > 0
    assert situation.ledger("A0001")[0][2] == 6000
