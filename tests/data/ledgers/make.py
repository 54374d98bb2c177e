# fmt: off
# ruff: noqa: E501, PLC0415
"""Write the nasty ledgers of this folder, and beside each what must become of its rows.

Run once from this folder: python make.py. What is expected was worked out by hand from the cells;
the reader has no part in it. `password.xlsx` needs msoffcrypto-tool, `*.xls` xlwt, `*.dxf` ezdxf.
"""

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
from shapely import Point, Polygon

HERE = Path(__file__).parent
HEAD = ["锅炉编号", "使用单位", "额定蒸发量(蒸吨/时)", "燃料种类", "锅炉状态", "经度", "纬度"]
A = ["G1", "甲厂", 10, "烟煤", "在用", 108.94, 22.79]
B = ["G2", "乙厂", 4, "天然气", "停用", 108.35, 22.82]
A_IS = {"name_zh": "甲厂", "capacity_t_h": 10, "fuel": "coal", "status": "in_use", "lon": 108.94, "lat": 22.79}
B_IS = {"name_zh": "乙厂", "capacity_t_h": 4, "fuel": "gas", "status": "stopped", "lon": 108.35, "lat": 22.82}
WGS = {"datum": "wgs84"}
# Shifted and projected by pyproj and the published code of GCJ-02 and BD-09, not by nngis.
LIUJING_GCJ = (108.943435, 22.786080)
LIUJING = (108.939533, 22.789086)


def expect(name, role="boilers", *, options=WGS, accepted=None, rejected=None, totals=0, blank=0, header=1, refused=None, notes=()):
    content = {"role": role, "options": options}
    if refused:
        content["refused"] = refused
    else:
        content |= {
            "accepted": accepted,
            "rejected": {str(k): v for k, v in (rejected or {}).items()},
            "totals": totals,
            "blank": blank,
            "header": header,
            "notes": list(notes),
        }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def xlsx(name, *sheets, merges=()):
    book = openpyxl.Workbook()
    for at, (title, rows) in enumerate(sheets):
        sheet = book.active if at == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(row)
        if at == 0:
            for merge in merges:
                sheet.merge_cells(merge)
    book.save(HERE / name)


def text(name, rows, encoding="utf-8", mark=","):
    lines = [mark.join("" if c is None else str(c) for c in row) for row in rows]
    (HERE / name).write_bytes("\r\n".join(lines).encode(encoding))


def spreadsheets():
    import msoffcrypto.format.ooxml

    xlsx(
        "two_row_header.xlsx",
        (
            "台账",
            [
                ["南宁市燃煤锅炉台账"],
                ["填报单位：南宁市生态环境局", None, None, None, None, "坐标系：CGCS2000"],
                ["锅炉编号", "使用单位", "锅炉参数", None, None, "位置", None],
                [None, None, "额定蒸发量(蒸吨/时)", "燃料种类", "锅炉状态", "经度", "纬度"],
                A,
                B,
                ["合计", None, 14],
                ["注：数据截至2023年底。"],
                ["填表人：张三", None, "审核人：李四"],
            ],
        ),
        merges=("A1:G1", "C3:E3", "F3:G3", "A3:A4", "B3:B4"),
    )
    expect("two_row_header.xlsx", options={}, accepted={"G1": A_IS, "G2": B_IS}, totals=3, header=4)

    xlsx(
        "units_below.xlsx",
        ("台账", [HEAD, [None, None, "(t/h)", None, None, "(°)", "(°)"], [1, 2, 3, 4, 5, 6, 7], A, [None] * 7, HEAD, B, ["兴宁区", "小计", 14], ["合　计", None, 14]]),
    )
    expect("units_below.xlsx", accepted={"G1": A_IS, "G2": B_IS}, totals=3, blank=1, header=3)

    xlsx(
        "full_width.xlsx",
        (
            "台账",
            [
                ["锅炉编号", "使用单位", "额定蒸发量（蒸吨／时）", "燃料种类", "锅炉状态", "经　度", "纬　度"],
                ["Ｇ１", "甲厂", "１０", "烟煤", "在用", "１０８．９４", "２２．７９"],
                ["G2", "乙厂", "1,000", "型煤", "在用", "108.94", "22.79"],
                ["G3", "丙厂", "约20", "煤泥", "在用", "108.94", "22.79"],
                ["G4", "丁厂", "20t/h", "/", "无", "108.94", "22.79"],
                ["G5", "戊厂", "10-15", "煤", "在用", "108.94", "22.79"],
                ["G6", "己厂", "十吨", "煤", "在用", "108.94", "22.79"],
                ["G7", "庚厂", "——", "煤", "在用", "/", "/"],
            ],
        ),
    )
    expect(
        "full_width.xlsx",
        accepted={
            "G1": A_IS,
            "G2": {"capacity_t_h": 1000, "fuel": "coal"},
            "G3": {"capacity_t_h": 20, "fuel": "coal"},
            "G4": {"capacity_t_h": 20, "fuel": None, "status": None},
            "G7": {"capacity_t_h": None, "lon": None},
        },
        rejected={6: "额定蒸发量", 7: "额定蒸发量"},
    )

    xlsx(
        "units_in_cells.xlsx",
        (
            "台账",
            [
                ["编号", "单位名称", "容量", "燃料", "状态", "经度", "纬度"],
                ["G1", "甲", "14MW", "煤", "在用", 108.9, 22.8],
                ["G2", "乙", "60万大卡", "油", "在用", 108.9, 22.8],
                ["G3", "丙", "7兆瓦", "生物质成型燃料", "在用", 108.9, 22.8],
                ["G4", "丁", "2吨", "甘蔗渣", "报废", 108.9, 22.8],
                ["G5", "戊", "30马力", "煤", "拆除", 108.9, 22.8],
                ["G6", "己", "0", "煤", "在用", 108.9, 22.8],
            ],
        ),
    )
    expect(
        "units_in_cells.xlsx",
        accepted={
            "G1": {"capacity_t_h": 20, "fuel": "coal"},
            "G2": {"capacity_t_h": 1, "fuel": "oil"},
            "G3": {"capacity_t_h": 10, "fuel": "biomass"},
            "G4": {"capacity_t_h": 2, "fuel": "biomass", "status": "dismantled"},
        },
        rejected={6: "额定蒸发量", 7: "额定蒸发量"},
    )

    xlsx(
        "merged_counties.xlsx",
        ("台账", [["县区", *HEAD], ["横县", *A], [None, *B], ["450122", "G3", "丙厂", 6, "煤", "在用", 108.27, 23.16], [None, None, "总计", 20]]),
        merges=("A2:A3",),
    )
    expect(
        "merged_counties.xlsx",
        accepted={"G1": A_IS | {"county_stated": "横州市"}, "G2": B_IS | {"county_stated": "横州市"}, "G3": {"county_stated": "武鸣区", "capacity_t_h": 6}},
        totals=1,
    )

    xlsx(
        "many_sheets.xlsx",
        ("封面", [["南宁市锅炉普查"], ["2023年"]]),
        ("兴宁区", [HEAD, A]),
        ("青秀区", [HEAD, B, ["合计", None, 4]]),
        ("油库", [["名称", "发油方式"], ["某油库", "下装"]]),
    )
    expect("many_sheets.xlsx", accepted={"G1": A_IS, "G2": B_IS}, totals=1, header=2, notes=["封面", "油库"])

    xlsx(
        "dms_columns.xlsx",
        (
            "台账",
            [
                ["编号", "单位名称", "蒸吨", "燃料", "东经", None, None, "北纬", None, None],
                [None, None, None, None, "度", "分", "秒", "度", "分", "秒"],
                ["G1", "甲", 10, "煤", 108, 56, 24, 22, 47, 24],
                ["G2", "乙", 10, "煤", 108, 61, 0, 22, 48, 0],
            ],
        ),
        merges=("E1:G1", "H1:J1"),
    )
    expect("dms_columns.xlsx", accepted={"G1": {"lon": 108.94, "lat": 22.79}}, rejected={4: "坐标"}, header=2)

    xlsx(
        "mixed_datums.xlsx",
        (
            "台账",
            [
                [*HEAD, "坐标系"],
                [*A[:5], *LIUJING, "WGS84"],
                ["G2", *A[1:5], *LIUJING_GCJ, "高德地图"],
                ["G3", *A[1:5], *LIUJING, "2000国家大地坐标系"],
                ["G4", *A[1:5], *LIUJING, "手工点"],
            ],
        ),
    )
    expect("mixed_datums.xlsx", accepted={g: {"lon": LIUJING[0], "lat": LIUJING[1]} for g in ("G1", "G2", "G3")}, rejected={5: "手工点"})

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        HEAD,
        A,
        ["G2", "乙厂", "=10/0.7*0.7", "煤", "在用", 108.9, 22.8],
        ["G3", "丙厂", 6, "煤", "在用", "=108+0.9", 22.8],
        ["G4", '=HYPERLINK("http://x")', 6, "煤", "在用", 108.9, 22.8],
        ["合计", None, "=SUM(C2:C5)"],
    ):
        sheet.append(row)
    sheet["B2"].value, sheet["B2"].data_type = "=cmd|'/C calc'!A0", "s"
    book.save(HERE / "formulas.xlsx")
    expect("formulas.xlsx", accepted={"G1": A_IS | {"name_zh": "=cmd|'/C calc'!A0"}}, rejected={3: "公式", 4: "公式", 5: "公式"}, totals=1)

    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(A)
    book.save(plain)
    with (HERE / "password.xlsx").open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)
    expect("password.xlsx", refused="密码")


def real_headers():
    import xlwt

    xlsx(
        "boiler_survey.xlsx",
        (
            "锅炉窑炉数量调查表",
            [
                ["锅炉窑炉数量调查表"],
                ["锅炉/窑炉使用企业名称", "地址", "乡(镇)", "街(村)", "型号", "类型", "蒸吨", "燃料种类", "燃料年用量", "燃料用量单位", "安装投产日期", "烟囱高度（米）"],
                ["某糖厂", "横县六景镇", "六景镇", "六景村", "DZL10", "链条炉", "10", "烟煤", "2.5", "万吨", "二〇一二年七月", "45"],
                ["某纸厂", "横县六景镇", "六景镇", None, "SZL20", "链条炉", "20蒸吨", "天然气", "300", "万立方米", "2015.3.8", "45米"],
            ],
        ),
    )
    expect(
        "boiler_survey.xlsx",
        options={},
        accepted={
            "R00003": {
                "name_zh": "某糖厂",
                "township": "六景镇",
                "village": "六景村",
                "capacity_t_h": 10,
                "fuel": "coal",
                "fuel_use_t_a": 25000,
                "commissioned": "2012-07",
                "chimney_m": 45,
                "boiler_type": "链条炉",
            },
            "R00004": {"capacity_t_h": 20, "fuel": "gas", "fuel_use_t_a": None, "commissioned": "2015-03-08", "chimney_m": 45},
        },
        header=2,
    )
    xlsx(
        "boiler_inspection.xlsx",
        (
            "Sheet1",
            [
                ["行政区", "单位名称", "04_中心经度", "05_中心纬度", "06_锅炉型号", "07_燃料类型", "08_蒸吨数", "09_上次检测日期", "10_下次检测日期"],
                ["武鸣县", "甲", 108.27, 23.16, "WNS4", "轻油", 4, "2022年3月1日", "2024/3/1"],
                ["450181", "乙", "109°16′12″", "22°41′24″", "SZL6", "蔗渣", 6, 44621, "20240301"],
            ],
        ),
    )
    expect(
        "boiler_inspection.xlsx",
        accepted={
            "R00002": {
                "county_stated": "武鸣区",
                "lon": 108.27,
                "lat": 23.16,
                "fuel": "oil",
                "capacity_t_h": 4,
                "last_inspected": "2022-03-01",
                "next_inspected": "2024-03-01",
            },
            "R00003": {"county_stated": "横州市", "lon": 109.27, "lat": 22.69, "fuel": "biomass", "last_inspected": "2022-03-01", "next_inspected": "2024-03-01"},
        },
    )
    xlsx(
        "boiler_state.xlsx",
        (
            "Sheet1",
            [
                ["锅炉类型", "锅炉型号", "锅炉蒸吨", "锅炉状态", "锅炉用途", "投运时间", "关停时间", "压力等级", "是否在城市建成区内", "经度", "纬度"],
                ["蒸汽锅炉", "DZL4", 4, "停用", "工业", 2010, "2019年", "1.25MPa", "是", 108.3, 22.8],
                ["蒸汽锅炉", "DZL6", 6, "在用", "采暖", 2011, None, "1.25MPa", "否", 108.3, 22.8],
            ],
        ),
    )
    expect(
        "boiler_state.xlsx",
        accepted={
            "R00002": {"capacity_t_h": 4, "status": "stopped", "boiler_use": "工业", "commissioned": "2010", "closed_on": "2019", "in_built_up": True, "fuel": None},
            "R00003": {"capacity_t_h": 6, "status": "in_use", "in_built_up": False},
        },
        notes=["燃料"],
    )
    book = xlwt.Workbook()
    sheet = book.add_sheet("环统")
    rows = [
        ["锅炉编号", "锅炉型号", "锅炉分类代码", "投入使用时间(年)", "额定出力(兆瓦)", "经度", "纬度"],
        ["MF1", "SZL10", "R1", 2008, 7, 108.3, 22.8],
        ["MF2", "WNS2", "R3", "2013年", 1.4, 108.3, 22.8],
        ["合计", "", "", "", 8.4, "", ""],
    ]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    book.save(HERE / "boiler_statistics.xls")
    expect(
        "boiler_statistics.xls",
        accepted={"MF1": {"capacity_t_h": 10, "boiler_class": "R1", "commissioned": "2008", "fuel": None}, "MF2": {"capacity_t_h": 2, "commissioned": "2013"}},
        totals=1,
    )
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for r, row in enumerate([["编号", "蒸吨", "燃料", "经度", "纬度"], ["G1", 10, "煤", 108.94, 22.79], ["G2", 6, "煤", 108.94, 22.79]]):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    sheet.write(3, 0, "G3")
    sheet.write(3, 1, xlwt.Formula("2*5"))
    book.save(str(HERE / "formulas_old.xls"))
    expect("formulas_old.xls", accepted={"G1": {"capacity_t_h": 10}, "G2": {"capacity_t_h": 6}}, rejected={4: "公式"})
    xlsx(
        "petrol_stations.xlsx",
        (
            "加油站",
            [
                ["名称", "地址", "汽油年吞吐量", "柴油/汽油年吞吐量", "枪数", "有无油气回收装置", "油气回收效率", "经度", "纬度"],
                ["甲站", "民族大道1号", "3000吨", "1200", "12支", "有", "95%", 108.35, 22.81],
                ["乙站", "民族大道2号", "/", "无", "8", "无", "/", 108.36, 22.81],
                ["丙站", "民族大道3号", "2000", "1", "8把", "有", "95", 108.36, 22.81],
            ],
        ),
    )
    expect(
        "petrol_stations.xlsx",
        "petrol_stations",
        accepted={
            "R00002": {"name_zh": "甲站", "petrol_t_a": 3000, "nozzles_count": 12, "has_vapour_recovery": True, "vapour_recovery_share": 0.95},
            "R00003": {"petrol_t_a": None, "has_vapour_recovery": False, "vapour_recovery_share": None},
        },
        rejected={4: "油气回收效率"},
    )
    text(
        "oil_depots.csv",
        [
            ["名称", "地址", "汽油/柴油年吞吐量", "发油方式", "有无油气回收装置", "回收率(%)"],
            ["某油库", "青秀区伶俐镇", "12万吨", "下装", "是", "97"],
            ["合计", "", "12万吨", "", "", ""],
        ],
        "gbk",
    )
    expect(
        "oil_depots.csv",
        "petrol_stations",
        options={},
        accepted={"R00002": {"throughput_t_a": 120000, "loading_method": "下装", "has_vapour_recovery": True, "vapour_recovery_share": 0.97, "address": "青秀区伶俐镇"}},
        totals=1,
    )
    text(
        "treatment_plants.csv",
        [
            ["污水/垃圾场调查表"],
            ["处理厂名称", "类型", "市", "县", "乡", "焚烧/填埋/堆肥量", "污水年处理量（万吨）"],
            ["六景污水厂", "污水", "南宁市", "横县", "六景镇", "", "365"],
            ["某填埋场", "填埋", "南宁市", "宾阳县", "", "3.5万吨", ""],
        ],
        "gb18030",
    )
    expect(
        "treatment_plants.csv",
        "treatment_plants",
        options={},
        accepted={
            "R00003": {
                "name_zh": "六景污水厂",
                "plant_type": "污水",
                "city": "南宁市",
                "county_stated": "横州市",
                "township": "六景镇",
                "treated_m3_a": 3650000,
                "capacity_m3_d": None,
            },
            "R00004": {"county_stated": "宾阳县", "waste_t_a": 35000, "treated_m3_a": None},
        },
        header=2,
        notes=["处理能力"],
    )


def texts():
    for encoding in ("gbk", "utf-8-sig", "utf-16"):
        name = f"boilers_{encoding.replace('-', '')}.csv"
        text(name, [["南宁市锅炉台账"], HEAD, A, [], B, ["合计", "", 14]], encoding, "\t" if encoding == "utf-16" else ",")
        expect(name, accepted={"G1": A_IS, "G2": B_IS}, totals=1, blank=1, header=2)
    text(
        "fuels.csv",
        [
            ["编号", "蒸吨", "燃料", "使用情况", "经度", "纬度"],
            *(
                [f"F{i}", 4, fuel, state, 108.9, 22.8]
                for i, (fuel, state) in enumerate(
                    [
                        ("烟煤", "在用"),
                        ("型煤", "停用"),
                        ("煤泥", "报废"),
                        ("焦炉煤气", "拆除"),
                        ("生物质成型燃料", "闲置"),
                        ("甘蔗渣", "正常运行"),
                        ("煤、生物质混烧", "在用"),
                        ("水煤浆", "已淘汰"),
                        ("重油", "备用"),
                        ("电", "在建"),
                        ("醇基燃料", "?"),
                        ("氢", "不清楚"),
                    ]
                )
            ),
        ],
    )
    fuels = ["coal", "coal", "coal", "gas", "biomass", "biomass", "coal", "coal", "oil", "electric", "other", None]
    states = ["in_use", "stopped", "dismantled", "dismantled", "stopped", "in_use", "in_use", "dismantled", "stopped", "construction", None, None]
    expect(
        "fuels.csv",
        accepted={f"F{i}": {"fuel": f, "status": s, "fuel_mixed": i == 6} for i, (f, s) in enumerate(zip(fuels, states, strict=True))},
        notes=["混烧", "氢", "不清楚"],
    )
    text(
        "old_names.csv",
        [
            ["编号", "蒸吨", "燃料", "县区", "经度", "纬度"],
            *(
                [f"C{i}", 4, "煤", c, 108.9, 22.8]
                for i, c in enumerate(["横县", "南宁市横县", "450127", "武鸣县", "450122", "武鸣", "广西南宁市青秀区", "450181000000", "邕宁县"])
            ),
        ],
    )
    expect(
        "old_names.csv",
        accepted={f"C{i}": {"county_stated": c} for i, c in enumerate(["横州市", "横州市", "横州市", "武鸣区", "武鸣区", "武鸣区", "青秀区", "横州市", "邕宁县"])},
    )
    text(
        "one_column.csv",
        [
            ["编号", "蒸吨", "燃料", "坐标"],
            ["P1", 4, "煤", '"108.94,22.79"'],
            ["P2", 4, "煤", "北纬22°47′24″ 东经108°56′24″"],
            ["P3", 4, "煤", "22.79 108.94"],
            ["P4", 4, "煤", "东边"],
            ["P5", 4, "煤", "POINT (108.94 22.79)"],
        ],
    )
    at = {"lon": 108.94, "lat": 22.79}
    expect("one_column.csv", accepted={"P1": at, "P2": at, "P3": at, "P5": at}, rejected={5: "坐标"})
    text("swapped.csv", [HEAD, [*A[:5], 22.79, 108.94], [*B[:5], 22.82, 108.35]])
    expect("swapped.csv", accepted={"G1": A_IS, "G2": B_IS}, notes=["互换"])
    text("strays.csv", [HEAD, A, B, ["G3", *A[1:5], 116.4, 39.9], ["G4", *A[1:5], 0, 0], ["G5", *A[1:5], 1089.4, 22.79], ["G1", *A[1:]], ["G6", *A[1:5], "", ""]])
    expect("strays.csv", accepted={"G1": A_IS, "G2": B_IS, "G6": {"lon": None}}, rejected={4: "广西", 5: "0", 6: "超出", 7: "重复"})
    # 36 zone prefix; northing first, as survey tables have it: EPSG:4524, and 4545 without prefix.
    text("zone_prefix.csv", [["编号", "蒸吨", "燃料", "X", "Y"], ["Z1", 4, "煤", 2521588.363, 36596522.671], ["Z2", 4, "煤", 36596522.671, 2521588.363]])
    expect("zone_prefix.csv", options={}, accepted={"Z1": at, "Z2": at})
    text("zone_unsaid.csv", [["编号", "蒸吨", "燃料", "X坐标", "Y坐标"], ["Z1", 4, "煤", 2521588.363, 596522.671]])
    expect("zone_unsaid.csv", options={"datum": "EPSG:4545"}, accepted={"Z1": at})
    text("zone_37.csv", [["编号", "蒸吨", "燃料", "X", "Y"], ["Z1", 4, "煤", 2511993.342, 356143.099]])
    expect("zone_37.csv", options={"datum": "EPSG:4546"}, accepted={"Z1": {"lon": 109.6, "lat": 22.7}})
    text("unclosed_quote.csv", [HEAD, ["G1", '"甲厂', 10, "煤", "在用", 108.9, 22.8], B])
    expect("unclosed_quote.csv", refused="引号")
    text("two_candidates.csv", [["编号", "锅炉蒸吨", "蒸吨数", "燃料", "经度", "纬度"], ["G1", 4, 6, "煤", 108.9, 22.8]])
    expect("two_candidates.csv", refused="锅炉蒸吨")
    text("unsaid_datum.csv", [HEAD, A, B])
    expect("unsaid_datum.csv", options={}, refused="--datum gcj02")
    (HERE / "zero_bytes.csv").write_bytes(",".join(HEAD).encode() + b"\n\0,\0\n")
    expect("zero_bytes.csv", refused="空字节")
    text("extra_columns.csv", [[*HEAD, "锅炉房", "锅炉房", "geometry", "decision"], [*A, "东", "西", "x", "keep"], [*B, "", "", "", "", "溢出"]])
    expect(
        "extra_columns.csv",
        accepted={"G1": A_IS | {"锅炉房": "东", "锅炉房_2": "西", "geometry（原表）": "x", "decision（原表）": "keep"}, "G2": B_IS | {"列12": "溢出"}},
        notes=["锅炉房"],
    )


def vectors():
    frame = gpd.GeoDataFrame(
        {"锅炉编号": ["G1", "G2"], "使用单位名称": ["甲厂", "乙厂"], "额定蒸发量": [10.0, 4.0], "燃料种类": ["烟煤", "天然气"], "锅炉状态": ["在用", "停用"]},
        geometry=[Point(108.94, 22.79), Point(108.35, 22.82)],
        crs=4326,
    )
    for encoding, cpg in (("GBK", False), ("GBK", True), ("UTF-8", True)):
        name = f"boilers_{encoding.lower().replace('-', '')}{'_cpg' if cpg else ''}"
        folder = HERE / "_work"
        folder.mkdir(exist_ok=True)
        pyogrio.write_dataframe(frame, folder / f"{name}.shp", encoding=encoding)
        with zipfile.ZipFile(HERE / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for suffix in (".shp", ".shx", ".dbf", ".prj", *([".cpg"] if cpg else [])):
                archive.write(folder / f"{name}{suffix}", f"锅炉/{name}{suffix}")
        expect(f"{name}.zip", options={}, accepted={"G1": A_IS, "G2": B_IS}, header=0)
        for one in folder.iterdir():
            one.unlink()
        folder.rmdir()
    twice = HERE / "two_layers.gpkg"
    twice.unlink(missing_ok=True)
    pyogrio.write_dataframe(frame.iloc[:1].to_crs(4545), twice, layer="兴宁区")
    pyogrio.write_dataframe(frame.iloc[1:].to_crs(4490), twice, layer="青秀区", append=True)
    expect("two_layers.gpkg", options={}, accepted={"G1": A_IS, "G2": B_IS}, header=0)
    frame.to_parquet(HERE / "boilers.parquet")
    expect("boilers.parquet", options={}, accepted={"G1": A_IS, "G2": B_IS}, header=0)
    pyogrio.write_dataframe(frame, HERE / "boilers.fgb")
    expect("boilers.fgb", options={}, accepted={"G1": A_IS, "G2": B_IS}, header=0)
    (HERE / "phone.kml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        '<Folder><name>锅炉</name><Placemark><name>甲厂</name><ExtendedData><Data name="蒸吨"><value>10t/h</value></Data>'
        '<Data name="燃料"><value>烟煤</value></Data></ExtendedData><Point><coordinates>108.94,22.79,0</coordinates></Point></Placemark>'
        '<Placemark><name>坏</name><ExtendedData><Data name="蒸吨"><value>十吨</value></Data></ExtendedData>'
        "<Point><coordinates>108.94,22.79,0</coordinates></Point></Placemark></Folder></Document></kml>",
        encoding="utf-8",
    )
    expect(
        "phone.kml",
        options={},
        accepted={"R00001": {"name_zh": "甲厂", "capacity_t_h": 10, "fuel": "coal", "lon": 108.94, "lat": 22.79}},
        rejected={2: "额定蒸发量"},
        header=0,
        notes=["奥维"],
    )
    bow = Polygon([(108.9, 22.8), (109.0, 22.9), (109.0, 22.8), (108.9, 22.9)])
    parks = gpd.GeoDataFrame(
        {"园区名称": ["甲园", "乙园", "丙园"], "级别": ["自治区级", "市级", None]},
        geometry=[Polygon([(108.9, 22.8), (108.91, 22.8), (108.91, 22.81)]), bow, Point(108.9, 22.8)],
        crs=4326,
    )
    (HERE / "parks.geojson").write_text(json.dumps(json.loads(parks.to_json(drop_id=True)), ensure_ascii=False), encoding="utf-8")
    expect(
        "parks.geojson",
        "parks",
        options={},
        accepted={"R00001": {"name_zh": "甲园", "park_level": "自治区级"}, "R00002": {"name_zh": "乙园"}},
        rejected={3: "面"},
        header=0,
        notes=["自相交"],
    )


def drawing():
    import ezdxf

    doc = ezdxf.new("R2010")
    space = doc.modelspace()
    space.add_point((36596522.671, 2521588.363), dxfattribs={"layer": "锅炉房"})
    space.add_text("甲厂 10t/h 燃煤", height=2.5, dxfattribs={"layer": "标注"}).set_placement((36596532.671, 2521590.363))
    space.add_point((36596722.671, 2521588.363), dxfattribs={"layer": "锅炉房"})
    space.add_text("乙厂 4蒸吨 天然气", height=2.5, dxfattribs={"layer": "标注"}).set_placement((36596720.671, 2521595.363))
    space.add_line((36596522.671, 2521588.363), (36596722.671, 2521588.363), dxfattribs={"layer": "W-PIPE"})
    doc.saveas(HERE / "institute.dxf")
    expect(
        "institute.dxf",
        options={},
        accepted={
            "R00001": {"name_zh": "甲厂 10t/h 燃煤", "capacity_t_h": 10, "fuel": "coal", "lon": 108.94, "lat": 22.79},
            "R00002": {"capacity_t_h": 4, "fuel": "gas"},
        },
        header=0,
        notes=["W-PIPE"],
    )
    (HERE / "institute_sewers.dxf").write_bytes((HERE / "institute.dxf").read_bytes())
    expect("institute_sewers.dxf", "sewers", options={}, accepted={"R00001": {"图层": "W-PIPE"}}, header=0)


if __name__ == "__main__":
    spreadsheets()
    real_headers()
    texts()
    vectors()
    drawing()
