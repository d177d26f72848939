"""What plans are built from: indications, series, looks, stop rules, competences, considerations."""

from openkap.clinical.planning import (
    STANDINGS,
    Bounds,
    Competence,
    Consideration,
    Indication,
    Look,
    Planning,
    Series,
    StopRule,
)
from openkap.clinical.protocol import Route
from openkap.clinical.rules import Rule
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Faults, Table
from openkap.protocol.read_when import Known, read_when

SPEAKS = ("for", "against", "know")
NUMBERS = ("sessions", "every_days", "minutes", "integrations")
_TWO = 2
_STAGE = "preparation"


class PlanningFiles:
    """The files of planning/, gathered. `made` checks what they say of the routes."""

    def __init__(self, known: Known, faults: Faults) -> None:
        self.known, self.faults = known, faults
        self.indications: dict[str, Indication] = {}
        self.series: dict[str, Series] = {}
        self.looks: dict[int, Look] = {}
        self.stops: dict[str, StopRule] = {}
        self.competences: dict[str, Competence] = {}
        self.considerations: dict[str, Consideration] = {}
        self.most: dict[str, int] = {}
        self.scales: tuple[str, ...] = ()
        self._routes_named: list[tuple[Table, tuple[str, ...]]] = []

    def read(self, table: Table) -> None:
        for one in table.tables("indication"):
            self._indication(one)
        for one in table.tables("series"):
            self._series(one)
        for one in table.tables("look"):
            self._look(one)
        for one in table.tables("stop"):
            self._stop(one)
        for one in table.tables("competence"):
            name = fresh_id(one, self.competences)
            self.competences[name] = Competence(
                name, one.text("title"), one.text("says"), *read_basis(one, self.known)
            )
            one.close()
        for one in table.tables("consideration"):
            self._consideration(one)
        for one in table.tables("number"):
            self._most(one)
        self._scales(table)
        table.close()

    def made(self, routes: dict[str, Route]) -> Planning:
        for route in routes.values():
            if unknown := [name for name in route.needs if name not in self.competences]:
                self.faults.add(
                    f"routes/{route.id}.toml: needs", f"{unknown[0]!r} is not a competence of planning/"
                )
        for table, named in self._routes_named:
            for name in named:
                if name not in routes:
                    table.fault("routes", f"{name!r} is not a route of routes/")
        return Planning(
            tuple(self.indications.values()),
            tuple(self.series.values()),
            tuple(sorted(self.looks.values(), key=lambda look: look.after)),
            tuple(self.stops.values()),
            self.competences,
            tuple(self.considerations.values()),
            self.most,
            self.scales,
        )

    def _indication(self, table: Table) -> None:
        name = fresh_id(table, self.indications)
        title, standing = table.text("title"), table.word("standing", tuple(STANDINGS))
        self.indications[name] = Indication(
            name, title, standing, table.text("says"), *read_basis(table, self.known)
        )
        table.close()

    def _series(self, table: Table) -> None:
        name = fresh_id(table, self.series)
        self.series[name] = Series(
            name,
            table.text("title"),
            self._routes(table),
            _bounds(table, "sessions"),
            _bounds(table, "every_days"),
            table.text("says"),
            *read_basis(table, self.known),
        )
        table.close()

    def _most(self, table: Table) -> None:
        """The highest number a plan may hold; more is taken for a slip."""
        name = table.word("of", NUMBERS)
        self.most[name] = table.get("most", int)
        read_basis(table, self.known)
        table.close()

    def _look(self, table: Table) -> None:
        after = table.get("after", int)
        if after < 1 or after in self.looks:
            table.fault("after", f"{after} is not a new number of doses")
        self.looks[after] = Look(
            after, table.text("title"), table.text("says"), *read_basis(table, self.known)
        )
        table.close()

    def _stop(self, table: Table) -> None:
        name = fresh_id(table, self.stops)
        basis, sources = read_basis(table, self.known)
        after = table.get("no_response_after", int, 0)
        self.stops[name] = StopRule(name, table.text("says"), basis, sources, after)
        table.close()

    def _consideration(self, table: Table) -> None:
        name = fresh_id(table, self.considerations)
        says, when = table.text("says"), read_when(table.table("when"), self.known)
        basis, sources = read_basis(table, self.known)
        rule = Rule(name, _STAGE, says, when, "warn", (), sources, basis)
        self.considerations[name] = Consideration(rule, self._routes(table), table.word("speaks", SPEAKS))
        table.close()

    def _scales(self, table: Table) -> None:
        named = table.texts("scales", ())
        for name in named:
            if name not in self.known.instruments:
                table.fault("scales", f"{name!r} is not an instrument of instruments/")
        self.scales += named

    def _routes(self, table: Table) -> tuple[str, ...]:
        named = table.texts("routes", ())
        self._routes_named.append((table, named))
        return named


def _bounds(table: Table, key: str) -> Bounds | None:
    """Lowest and highest of a count, both at least one; None when it was not published."""
    if key not in table:
        return None
    values = table.get(key, list)
    if len(values) != _TWO or any(type(v) is not int or v < 1 for v in values) or values != sorted(values):
        table.fault(key, "this is not two rising whole numbers from 1 on")
        return None
    return values[0], values[1]
