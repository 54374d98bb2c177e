"""Reading ledgers: 100,000 rows of xlsx in 30 s and 1 GB, 1,000,000 rows of csv in 30 s.

Run: python benchmarks/bench_ledger.py [--fast]. Each case runs in a process of its own, best of
three; --fast is once, with a tenth of the rows.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl

from nngis.ledger.part import Options
from nngis.ledger.read import survey_ledger
from nngis.roles import role

HEADER = ["锅炉编号", "使用单位", "县区", "详细地址", "额定蒸发量(蒸吨/时)", "燃料种类", "锅炉状态",
          "投运日期", "年用煤量", "中心经度", "中心纬度", "备注"]  # fmt: skip
FUELS = ["烟煤", "无烟煤", "生物质成型燃料", "甘蔗渣", "天然气", "柴油", "煤、生物质混烧", "电"]
COUNTIES = ["横县", "青秀区", "武鸣县", "宾阳县", "江南区", "450127"]


def rows(count: int):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(107.4, 109.5, count), rng.uniform(22.4, 23.8, count)
    size = rng.integers(1, 75, count)
    for i in range(count):
        size_i = [int(size[i]), f"{size[i]}t/h", f"约{size[i]}", f"{size[i] * 0.7:.1f}MW"][i % 4]
        yield [
            f"GL-{i:07d}", f"南宁市第{i // 3}食品有限公司", COUNTIES[i % 6], f"某镇某路{i % 900}号",
            "十吨" if i % 997 == 0 else size_i, FUELS[i % 8], ["在用", "停用", "报废"][i % 3],
            f"20{i % 22:02d}年{i % 12 + 1}月", int(size[i]) * 150,
            f"{lon[i]:.6f}" if i % 2 else float(lon[i]), float(lat[i]), "" if i % 5 else "复核",
        ]  # fmt: skip


def write_xlsx(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(["南宁市锅炉台账"])
    sheet.append(HEADER)
    for row in rows(count):
        sheet.append(row)
    sheet.append(["合计", *[None] * 3, count])
    book.save(path)


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="gb18030", newline="") as stream:
        stream.write(",".join(HEADER) + "\n")
        for row in rows(count):
            stream.write(",".join(map(str, row)) + "\n")


def read(path: Path) -> None:
    started = time.perf_counter()
    reading = survey_ledger(path, role("boilers"), Options(datum="gcj02"))
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = reading.counts
    print(json.dumps([seconds, megabytes, counts.accepted, counts.rejected, counts.totals]))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    share = 10 if options.fast else 1
    os.environ["NNGIS_BUDGET"] = "rows=1000000"  # more than is read unasked
    cases = [("a.xlsx", write_xlsx, 100_000 // share), ("a.csv", write_csv, 1_000_000 // share)]
    with tempfile.TemporaryDirectory() as folder:
        for name, write, count in cases:
            path = Path(folder) / name
            write(path, count)
            runs = [
                json.loads(
                    subprocess.run(
                        [sys.executable, __file__, "--read", path],
                        capture_output=True, text=True, check=True,
                    ).stdout
                )
                for _ in range(1 if options.fast else 3)
            ]  # fmt: skip
            seconds, megabytes, accepted, rejected, totals = min(runs)
            print(f"{name}: {count:,} rows in {seconds:.2f} s and {megabytes:.0f} MB:", end=" ")
            print(f"{accepted} accepted, {rejected} rejected, {totals} totals")


if __name__ == "__main__":
    main()
