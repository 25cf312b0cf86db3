"""What a run may ask of a language model, and what it has cost: counted in the store, so that months add up."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from connectors.contract import ConnectorError
from connectors.models import Model, Usage, connect
from connectors.store.memory import charge_model, model_spending
from domain.community import Budget
from domain.settings import ModelCredentials

TOKENS = 1_000_000


@dataclass
class ModelBudget:
    """Guards one run: `may_call` before a call, `settle` after the run. The month is that of `now`, in UTC."""

    engine: Engine
    rules: Budget
    model: Model
    run_id: str
    now: datetime
    settled: int = field(default=0)
    billed: float = field(default=0.0)

    def may_call(self) -> bool:
        """Whether another call is within the limits of run and month; what was used so far is put on the bill."""
        return self.calls_left() > 0

    def calls_left(self) -> int:
        """How many more calls the run's limit allows; 0 once the month's money is spent."""
        self.settle()
        limit = self.rules.model_usd_a_month
        if limit is not None and self.spent_this_month() >= limit:
            return 0
        return max(self.rules.model_calls_a_run - len(self.model.used), 0)

    def settle(self) -> float:
        """Put the calls since the last time on the bill. Gives what this run has cost so far, in USD."""
        prices = [self._price(used) for used in self.model.used[self.settled :]]
        for number, usd in enumerate(prices, start=self.settled):
            charge_model(self.engine, self.now.date(), f"{self.run_id}:{number}", usd)
        self.settled += len(prices)
        self.billed += sum(prices)
        return self.billed

    def _price(self, used: Usage) -> float:
        usd = (
            used.input * self.rules.model_usd_per_million_input_tokens
            + used.output * self.rules.model_usd_per_million_output_tokens
        )
        return usd * used.share / TOKENS

    def spent_this_month(self) -> float:
        """USD."""
        return model_spending(self.engine, self.now.date().replace(day=1), self.now.date())


def model_of_the_environment() -> tuple[Model | None, str | None]:
    """The configured model, or None and why: no name in the environment is no error, a wrong setting is one."""
    if not ModelCredentials().name:
        return None, None
    try:
        return connect(), None
    except ConnectorError as problem:
        return None, str(problem)
