"""Dose sums a second time, from the words of the rule and in scaled integers: no Decimal, no fraction."""


def scaled(text: str, places: int) -> int:
    """ "0.5" with 9 places is 500000000."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(places, "0")[:places]) if len(part) <= places else 1 // 0


def half_up(top: int, bottom: int) -> int:
    """top/bottom to the nearest whole, a half upwards."""
    return (2 * top + bottom) // (2 * bottom)


def shown(hundredths: int) -> str:
    """41 is "0.41", 4100 is "41", 4110 is "41.1"."""
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    return text.rstrip("0").rstrip(".")


def dose_line(per_kg: str, kg: str, per_ml: str, minutes: int) -> tuple[str, str] | None:
    """(milligrams, the whole line), or None where a figure would round to nothing."""
    nine, eighteen = 10**9, 10**18
    exact_mg = scaled(per_kg, 9) * scaled(kg, 9)  # in 1e-18 mg
    mg = half_up(exact_mg * 100, eighteen)
    strength = scaled(per_ml, 9)
    ml = half_up(mg * nine, strength) if strength else 0
    if not mg or not ml:
        return None
    first = "=" if exact_mg * 100 == mg * eighteen else "≈"
    second = "=" if ml * strength == mg * nine else "≈"
    line = f"{per_kg} mg/kg × {kg} kg {first} {shown(mg)} mg {second} {shown(ml)} mL of {per_ml} mg/mL"
    if not minutes:
        return shown(mg), line
    rate = half_up(mg * 60, minutes)
    flow = half_up(rate * nine, strength)
    if not rate or not flow:
        return None
    third = "" if rate * minutes == mg * 60 else "≈ "
    fourth = "=" if flow * strength == rate * nine else "≈"
    pump = f"over {minutes} min: {third}{shown(rate)} mg/h {fourth} {shown(flow)} mL/h"
    return shown(mg), f"{line}, {pump}"
