"""Packages that take tables, run by a Python that has them: `tables.py INPUT OUTPUT`.

PHStatsMethods (Department of Health and Social Care) standardises rates and gives intervals,
abspc (Aneurin Bevan University Health Board) draws control charts by the rules of Making Data
Count. INPUT (.npz) holds the arrays, OUTPUT (.npz) gets results and seconds. No import of ours:
this file runs where levelfield is not installed.
"""

import sys
import time
import warnings

import abspc
import numpy as np
import pandas as pd
import PHStatsMethods


def main(given: str, out: str) -> None:
    warnings.simplefilter("ignore")
    data = np.load(given)
    results: dict[str, np.ndarray] = {}

    def timed(name: str, call) -> None:
        began = time.perf_counter()
        results[name] = np.asarray(call(), dtype=float)
        results[f"{name} seconds"] = np.array(time.perf_counter() - began)

    areas, bands = data["events"].shape
    table = pd.DataFrame(
        {
            "area": np.repeat(np.arange(areas), bands),
            "events": data["events"].ravel(),
            "people": data["population"].ravel(),
            "standard": np.tile(data["standard"], areas),
        }
    )
    cells = pd.DataFrame({"count": data["count"], "total": data["total"]})
    series = [pd.DataFrame({"value": values}) for values in data["series"]]
    bounds = ["lower_95_ci", "upper_95_ci"]

    def rates() -> pd.DataFrame:
        names = ("events", "people", "standard", "area")
        return PHStatsMethods.ph_dsr(table, *names, euro_standard_pops=False)[["Value", *bounds]]

    def charts() -> list[list[float]]:
        found = []
        for one in series:
            limits = abspc.calculate_control_limits(one, "XmR", subgroup_col=None)
            abspc.detect_special_causes(limits)
            found.append(limits[["mean", "lcl", "ucl"]].iloc[0].to_list())
        return found

    timed("directly standardised rates", rates)
    timed("proportions", lambda: PHStatsMethods.ph_proportion(cells, "count", "total")[bounds])
    timed("charts", charts)
    np.savez(out, **results)


if __name__ == "__main__":
    main(*sys.argv[1:])
