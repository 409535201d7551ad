"""The rules that hold stated numbers against cells (N-01 … N-07, N-12 … N-14)."""

from __future__ import annotations

from functools import partial

from helpers.rules.catalogue import rule
from helpers.rules.claims.judge import findings
from helpers.rules.model import Severity

rule(
    "N-01",
    Severity.ERROR,
    "",
    "正文写的收到、受理、收办申请数（含分申请人的）与表三一致",
    "新收 = 本年新收；收到、受理、收办 = 本年新收，或 本年新收 + 上年结转",
)(partial(findings, rule="N-01"))

rule(
    "N-02",
    Severity.ERROR,
    "",
    "正文写的上年结转申请数与表三一致",
    "上年结转 = 表三“上年结转”总计",
)(partial(findings, rule="N-02"))

rule(
    "N-03",
    Severity.ERROR,
    "",
    "正文写的答复、办结、办理申请数与表三一致",
    "办结 = （七）总计，或 （七）总计 − 上年结转（只计当年新收）；答复还可不计（六）其他处理；"
    "办理还可为本年新收（+ 上年结转）",
)(partial(findings, rule="N-03"))

rule(
    "N-04",
    Severity.ERROR,
    "",
    "正文写的结转下年申请数与表三一致",
    "结转下年 = 表三“结转下年度继续办理”总计",
)(partial(findings, rule="N-04"))

rule(
    "N-05",
    Severity.ERROR,
    "",
    "正文写的行政复议件数及其结果与表四一致",
    "行政复议 = 总计（写明已审结的：总计 − 尚未审结）；只等于后者而未写明的，提醒写明",
)(partial(findings, rule="N-05"))

rule(
    "N-06",
    Severity.ERROR,
    "",
    "正文写的行政诉讼件数及其结果与表四一致",
    "行政诉讼 = 未经复议直接起诉总计 + 复议后起诉总计（写明已审结的：再减尚未审结）；"
    "复议诉讼合计 = 三组总计之和",
)(partial(findings, rule="N-06"))

rule(
    "N-07",
    Severity.ERROR,
    "",
    "正文写的各类办理结果件数与表三一致",
    "予以公开、部分公开、不予公开、无法提供、不予处理、其他处理及各项 = 表三对应各行总计之和",
)(partial(findings, rule="N-07"))

rule(
    "N-12",
    Severity.ERROR,
    "",
    "正文写的规章、行政规范性文件制发、废止、现行有效件数与表二一致",
    "制发 = 本年制发件数（2019 年格式：本年新制作数量）；废止 = 本年废止件数；现行有效同",
)(partial(findings, rule="N-12"))

rule(
    "N-13",
    Severity.ERROR,
    "",
    "正文写的作出行政许可、行政处罚、行政强制决定数与表二一致",
    "作出的决定数 = 处理决定数量",
)(partial(findings, rule="N-13"))

rule(
    "N-14",
    Severity.ERROR,
    "",
    "正文写的行政事业性收费金额与表二一致",
    "金额（元、万元、亿元换算后，按正文的精度）= 本年收费金额",
)(partial(findings, rule="N-14"))
