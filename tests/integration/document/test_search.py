"""Search: what was written is found within two seconds, the best first, and whatever is asked is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mesh.faults import Reason
from mesh.identity import TokenSigner, TokenVerifier
from services.document.store.search import LanguageQuery, statement_of
from shoal.document.v1 import document_pb2
from tests.conformance.log_host import LogHost
from tests.integration.document.searching import Searcher, becomes, marked, write
from tests.integration.document.service import Caller, reached, reason_of

PLAIN = document_pb2.DOCUMENT_TYPE_PLAIN_TEXT


@pytest.fixture
async def ada(host: LogHost, signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[Caller]:
    async with reached(host, verifier) as channel:
        yield Caller(channel, signer.sign("users/ada", lifetime_s=60))


@pytest.fixture
def search(ada: Caller) -> Searcher:
    return Searcher(ada)


async def made(host: LogHost, ada: Caller, title: str, text: str = "", **more: object) -> str:
    name = (await ada.create(title, type=PLAIN, **more)).name
    if text:
        await write(host, name, text)
    return name


async def test_what_is_written_is_found_within_two_seconds(host: LogHost, ada: Caller, search: Searcher) -> None:
    name = await made(host, ada, "Minutes", "We bought a harpsichord.")
    await search.finds("harpsichord", name)
    await write(host, name, "And a xylophone. ", revision=1)
    await search.finds("xylophone", name)
    assert await search.names("trombone") == []


async def test_titles_and_their_changes_are_found(ada: Caller, search: Searcher) -> None:
    made = await ada.create("Ornithology")
    await search.finds("ornithology", made.name)
    await ada.update(made.name, title="Entomology")
    await search.finds("entomology", made.name)
    await search.finds("ornithology")


async def test_a_deleted_document_is_found_no_more_and_an_undeleted_one_again(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    name = await made(host, ada, "Notes", "quicksilver")
    await search.finds("quicksilver", name)
    await ada.delete(name)
    assert await search.names("quicksilver") == []
    left = "SELECT count(*) FROM document.document_search WHERE body <> '' OR title <> '' OR terms <> ''"
    await becomes(lambda: host.pool.fetchval(left), 0)
    await ada.undelete(name)
    await search.finds("quicksilver", name)
    await ada.delete(name)
    await ada.purge(name)
    await search.finds("quicksilver")


async def test_a_title_counts_more_than_the_text(host: LogHost, ada: Caller, search: Searcher) -> None:
    text = await made(host, ada, "Other", "saffron " * 20)
    title = await made(host, ada, "Saffron", "something else entirely " * 50)
    mention = await made(host, ada, "Third", "one saffron among many words " + "and so on " * 200)
    await search.finds("saffron", text, title, mention)
    found = await search.results("saffron")
    assert [each.document.name for each in found] == [title, text, mention]
    assert found[0].rank > found[1].rank > found[2].rank > 0


async def test_words_are_all_there_quotes_in_order_minus_not_and_or_either(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    one = await made(host, ada, "1", "the red fish swims")
    two = await made(host, ada, "2", "a fish that is red")
    three = await made(host, ada, "3", "the red bird")
    await search.finds("red ", one, two, three)
    assert set(await search.names("red fish ")) == {one, two}
    assert await search.names('"red fish"') == [one]
    assert await search.names("red -fish") == [three]
    assert await search.names('red -"is red" -bird') == [one]
    assert set(await search.names("swims or bird red ")) == {one, three}
    assert await search.names("red cow ") == []


async def test_the_last_word_is_a_beginning_until_a_space_follows(host: LogHost, ada: Caller, search: Searcher) -> None:
    name = await made(host, ada, "Notes", "Constantinople by night")
    await search.finds("constant", name)
    assert await search.names("constant ") == []
    assert await search.names("night consta") == [name]
    assert await search.names("consta night") == []
    assert await search.names('"constant"') == []


async def test_words_are_stemmed_by_the_language_of_their_document(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    english = await made(host, ada, "E", "they were running through houses", language="en-GB")
    german = await made(host, ada, "G", "die Häuser am Fluss liefen", language="de")
    plain = await made(host, ada, "P", "running through Häuser")
    await search.finds("running ", english, plain)
    await search.finds("häuser ", german, plain)
    assert await search.names("runs ") == [english]
    assert await search.names("house ") == [english]
    assert await search.names("hauses ") == [german]


async def test_a_word_being_typed_is_found_though_its_stem_is_shorter(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    name = await made(host, ada, "Notes", "we were running, and the theory held", language="en")
    await search.finds("running", name)
    [found] = await search.results("runni")
    assert (found.document.name, found.rank > 0) == (name, True)
    assert marked(found.snippets[0]) == "we were [running], and the theory held"
    assert await search.names("held the") == [name]
    assert await search.names("the ") == [name]


async def test_snippets_show_the_text_as_it_stands(host: LogHost, ada: Caller, search: Searcher) -> None:
    odd = (
        "\x02not this\x03 <b>Needle</b> “needle”—&amp; \ue000needle\ue001 👋 needle-work http://a.example/needle zebra"
    )
    name = await made(host, ada, "A needle <i>or</i> two", odd)
    await search.finds("zebra", name)
    [found] = await search.results("needle ")
    assert marked(found.title) == "A [needle] <i>or</i> two"
    assert "".join(part.text for part in found.snippets[0].parts) == odd
    assert marked(found.snippets[0]).startswith(
        "\x02not this\x03 <b>[Needle]</b> “[needle]”—&amp; \ue000[needle]\ue001 👋"
    )


async def test_a_snippet_is_there_however_deep_the_find(host: LogHost, ada: Caller, search: Searcher) -> None:
    filler = "the quick brown fox jumps over the lazy dog. "
    name = await made(host, ada, "Long", filler * 3000 + "Here is the bergamot. " + filler * 3000)
    await search.finds("bergamot ", name)
    [found] = await search.results("bergamot ")
    [snippet] = found.snippets
    assert "Here is the [bergamot]. the quick" in marked(snippet)
    assert len(marked(snippet)) < 250


async def test_only_the_title_answers_and_there_are_no_snippets(host: LogHost, ada: Caller, search: Searcher) -> None:
    name = await made(host, ada, "Juniper", "text about something else")
    await search.finds("juniper", name)
    assert [list(each.snippets) for each in await search.results("juniper")] == [[]]


async def test_parts_of_a_title_are_found(host: LogHost, ada: Caller, search: Searcher) -> None:
    name = await made(host, ada, "Unterseeboot")
    await search.finds("unterseeboot", name)
    assert await search.names("seeboot ") == [name]
    assert await search.names("seeboot -unterseeboot") == []


async def test_a_filter_narrows_and_one_that_cannot_be_read_is_refused(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    here = await made(host, ada, "1", "turmeric", project="projects/a", labels={"kind": "recipe"})
    there = await made(host, ada, "2", "turmeric", project="projects/b")
    await search.finds("turmeric", here, there)
    assert await search.names("turmeric", filter='project = "projects/a"') == [here]
    assert await search.names("turmeric", filter='project != "projects/a"') == [there]
    assert await search.names("turmeric", filter='labels.kind = "recipe" AND title : "1"') == [here]
    await ada.update(there, project="projects/a")
    await search.finds("turmeric", here, there, filter='project = "projects/a"')
    assert await reason_of(search.ask("x", filter="colour = 1")) == Reason.ERROR_REASON_INVALID_FIELD


async def test_pages_hold_every_result_once_and_tokens_belong_to_their_query(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    names = {await made(host, ada, f"Cardamom {n}") for n in range(7)}
    await search.finds("cardamom", *names)
    found, token, sizes = [], "", []
    while True:
        page = await search.ask("cardamom", page_size=3, page_token=token)
        found += [each.document.name for each in page.results]
        sizes.append(len(page.results))
        token = page.next_page_token
        if not token:
            break
        assert await reason_of(search.ask("other", page_token=token)) == Reason.ERROR_REASON_INVALID_FIELD
    assert (set(found), sizes) == (names, [3, 3, 1])
    assert await reason_of(search.ask("cardamom", page_size=-1)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_at_most_a_thousand_results_are_paged_through(host: LogHost, search: Searcher) -> None:
    await host.pool.execute(
        "INSERT INTO document.documents (id, title, type, creator) SELECT 'n' || n, 'Aniseed', 2, 'users/ada' "
        "FROM generate_series(1, 1100) n"
    )
    await host.pool.execute(
        "INSERT INTO document.document_search SELECT document_key, 0, 1, 0, 'simple', '', title, '', "
        "setweight(to_tsvector('simple', title), 'A') FROM document.documents"
    )
    total, token = 0, ""
    while True:
        page = await search.ask("aniseed", page_size=100, page_token=token)
        total += len(page.results)
        token = page.next_page_token
        if not token:
            break
    assert total == 1000


@pytest.mark.parametrize("query", ["", "   ", "x" * 501, "-word", "\t"])
async def test_a_query_for_nothing_is_refused(search: Searcher, query: str) -> None:
    assert await reason_of(search.ask(query)) == Reason.ERROR_REASON_INVALID_FIELD


async def test_hostile_queries_are_answered_or_refused_and_never_an_error_of_ours(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    name = await made(
        host, ada, "It's a \\ trap", "o'clock & 'quoted' \\ back !slash (paren) a:*b | c <-> d", language="en"
    )
    await search.finds("quoted", name)
    hostile = st.text(st.sampled_from("ab'\\&|!:*()<>-\"% _;$\x01\x02\x00“ü日👋."), max_size=60) | st.text(max_size=80)

    @given(hostile)
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def ask(query: str) -> None:
        asked.append(query)

    asked: list[str] = [
        "'", "\\", "''", "a:*", "a & b", "!a", "a <-> b", "(a", "a\\", "'a':*", "' | 'x", "o'clock", "\\'", "%", "_",
        "a" * 500, "a " * 250, '"' * 500, "- " * 250, "or " * 166, "a or " * 100, "\x00", "a\x00b", "\x02a\x03",
    ]  # fmt: skip
    ask()
    for query in asked:
        try:
            await search.ask(query)
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.INVALID_ARGUMENT, (query, error)
    assert await search.names("o'clock") == [name]
    assert await search.names("it's trap") == [name]


async def test_the_text_of_a_million_characters_is_searched_and_more_words_than_fit_are_cut(
    host: LogHost, ada: Caller, search: Searcher
) -> None:
    words = " ".join(f"w{n:x}q{n * 7919:x}" for n in range(75_000))
    name = await made(host, ada, "Huge", f"begonia {words} chrysanthemum")
    assert len(words) > 900_000
    await search.finds("begonia", name, within_s=20)
    assert await search.names("chrysanthemum") == []
    kept = await host.pool.fetchval("SELECT length(body) FROM document.document_search")
    assert 200_000 < kept < 1_000_000
    await write(host, name, "dahlia ", revision=1)
    await search.finds("dahlia", name, within_s=60)


async def test_search_goes_by_its_index(host: LogHost) -> None:
    await host.pool.execute(
        "INSERT INTO document.documents (id, title, type, creator, project) "
        "SELECT 'n' || n, 'Title ' || n, 2, 'users/ada', 'projects/p' || n % 50 FROM generate_series(1, 5000) n"
    )
    await host.pool.execute(
        "INSERT INTO document.document_search SELECT document_key, 0, 1, 0, 'simple', project, title, b.body, "
        "to_tsvector('simple', b.body) FROM document.documents d, LATERAL "
        "(SELECT string_agg('w' || (n * d.document_key) % 9973, ' ') AS body FROM generate_series(1, 50) n) b"
    )
    await host.pool.execute("VACUUM ANALYZE document.documents")
    await host.pool.execute("VACUUM ANALYZE document.document_search")
    query = LanguageQuery("simple", "'w77'", "'w77'", "", "'w77'", "")
    statement, values = statement_of([query], "", (), None, 20, 0)
    plan = "\n".join(row[0] for row in await host.pool.fetch(f"EXPLAIN {statement}", *values))
    assert "Bitmap Index Scan on document_search_terms" in plan, plan
    assert "Seq Scan on document_search" not in plan, plan
