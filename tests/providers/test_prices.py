"""What models cost: known, said by the settings, unknown, or nothing to be said at all."""

from importlib.metadata import version

from tests.providers.test_model_list import OneLocalModel, connection
from tests.support.clock import StillClock

from arcano.platform.egress import EgressSettings, open_egress
from arcano.providers import ModelList, Price, PriceBook
from arcano.providers.settings import PriceSetting

OPENAI = "https://api.openai.com/v1"


def book(**stated: PriceSetting) -> PriceBook:
    return PriceBook(stated, StillClock())


async def test_what_a_known_provider_takes_is_known_in_whole_micro_dollars() -> None:
    prices = await book().prices_at(OPENAI, ["gpt-4o-mini", "no-such-model"])

    price = prices.pop("gpt-4o-mini")
    assert (price.input_micros, price.output_micros, price.currency) == (150_000, 600_000, "USD")
    assert price.cached_input_micros == 75_000
    assert price.version == f"genai-prices {version('genai-prices')}"
    assert prices == {}


async def test_long_questions_may_cost_more_and_the_price_of_a_short_one_is_told() -> None:
    prices = await book().prices_at(
        "https://generativelanguage.googleapis.com/v1beta", ["gemini-2.5-pro"]
    )

    price = prices["gemini-2.5-pro"]
    assert (price.input_micros, price.output_micros) == (1_250_000, 10_000_000)


async def test_a_model_of_that_name_at_a_server_of_ones_own_has_no_known_price() -> None:
    assert await book().prices_at("https://llm.example.org/v1", ["gpt-4o-mini"]) == {}


async def test_the_settings_know_better() -> None:
    own = book(
        **{"gpt-4o-mini": PriceSetting(input=0.1, output=0), "m": PriceSetting(input=1, output=2.5)}
    )

    at_openai = await own.prices_at(OPENAI, ["gpt-4o-mini"])
    elsewhere = await own.prices_at("https://llm.example.org/v1", ["m"])

    assert at_openai == {"gpt-4o-mini": Price(100_000, 0)}
    assert elsewhere == {"m": Price(1_000_000, 2_500_000)}


async def test_the_list_has_prices_of_models_elsewhere_and_of_none_on_this_machine() -> None:
    async with open_egress(EgressSettings()) as egress:
        models = ModelList(egress, local=OneLocalModel(), prices=book())
        models.put(connection("OpenAI", OPENAI, models=("gpt-4o-mini", "unheard-of")))
        models.put(connection("Here", "http://127.0.0.1:1/v1", models=("gpt-4o",)))

        listed, _ = await models.all()

    prices = {model.name: model.price for model in listed}
    price = prices["gpt-4o-mini"]
    assert price is not None
    assert (price.input_micros, price.output_micros) == (150_000, 600_000)
    assert (prices["unheard-of"], prices["gpt-4o"], prices["Here"]) == (None, None, None)
