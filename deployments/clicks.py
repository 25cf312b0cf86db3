"""`vigie clicks`: what the site's statistics say of the links in replies, so that recommendations learn from it."""

from pathlib import Path

import polars as pl

from connectors.files import UnreadableTable, read_table
from connectors.store.members import save_clicks
from domain.language import say
from tasks.workspace import open_workspace


def import_clicks(table: Path) -> str:
    """Keep `item,day,clicks` (the tag `utm_campaign` is the item). Raises UnreadableTable."""
    rows = read_table(table, ["item", "day", "clicks"]).with_columns(
        count=pl.col("clicks").cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False)
    )
    wrong = rows.with_row_index("line", offset=2).filter(pl.col("count").is_null() | (pl.col("count") < 0))
    if wrong.height:
        message = say(
            fr="{file}:{line}: « {value} » n'est pas un nombre de clics ; écrivez un entier",
            en="{file}:{line}: “{value}” is no number of clicks; write a whole number",
            file=table,
            line=wrong["line"][0],
            value=wrong["clicks"][0],
        )
        raise UnreadableTable(message)
    workspace = open_workspace()
    known = {item.id for item in workspace.catalogue.items}
    summed = rows.filter(pl.col("item").is_in(list(known))).group_by("item", "day").agg(pl.col("count").sum())
    kept = save_clicks(workspace.store, {(item, day): count for item, day, count in summed.iter_rows()})
    return say(
        fr="lignes gardées : {kept} ; éléments inconnus de catalogue.yaml : {unknown}",
        en="{kept} rows kept; items that catalogue.yaml does not know: {unknown}",
        kept=kept,
        unknown=rows.filter(~pl.col("item").is_in(list(known)))["item"].n_unique(),
    )
