"""The numbers people cite: how they are written (domain.md C1 1, 2, 45; C4)."""

from __future__ import annotations

from datetime import date


def report_number(organisation_code: str, on: date, count: int) -> str:
    """Give a report number 报告编号: BG-<org>-YYYYMMDD-NNNN, counted from 1 each day."""
    return f"BG-{organisation_code}-{on:%Y%m%d}-{count:04d}"


def hazard_number(organisation_code: str, year: int, count: int) -> str:
    """Give a ledger number 上账号: YH-<org>-YYYY-NNNNN, never used twice."""
    return f"YH-{organisation_code}-{year}-{count:05d}"


def closure_number(organisation_code: str, year: int, count: int) -> str:
    """Give a closure number 销号编号: XH-<org>-YYYY-NNNNN."""
    return f"XH-{organisation_code}-{year}-{count:05d}"


def visit_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of a guidance visit 合规指导: ZD-<org>-YYYY-NNNNN."""
    return f"ZD-{organisation_code}-{year}-{count:05d}"


def opinion_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of an opinion letter 指导意见书: YJ-<org>-YYYY-NNNNN."""
    return f"YJ-{organisation_code}-{year}-{count:05d}"


def reward_number(organisation_code: str, year: int, count: int) -> str:
    """Give a reward number 奖励编号: JL-<org>-YYYY-NNNNN."""
    return f"JL-{organisation_code}-{year}-{count:05d}"


def honour_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of an honour's certificate 荣誉证书: RY-<org>-YYYY-NNNNN."""
    return f"RY-{organisation_code}-{year}-{count:05d}"


def complaint_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of a complaint of retaliation 投诉: TS-<org>-YYYY-NNNNN."""
    return f"TS-{organisation_code}-{year}-{count:05d}"


def letter_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of a union's letter 工会意见书: GH-<org>-YYYY-NNNNN."""
    return f"GH-{organisation_code}-{year}-{count:05d}"


def referral_number(organisation_code: str, year: int, count: int) -> str:
    """Give the number of a letter by which a complaint is passed on 移送函: YS-<org>-YYYY-NNNNN."""
    return f"YS-{organisation_code}-{year}-{count:05d}"
