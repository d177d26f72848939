"""The description of a small SDC monitor, as XML."""

from collections.abc import Mapping

_ID = "urn:uuid:9d1f4d60-4a7d-4a52-9e64-6f5f2f4b8a11"
_NAMES = (
    'xmlns:msg="http://standards.ieee.org/downloads/11073/11073-10207-2017/message" '
    'xmlns:pm="http://standards.ieee.org/downloads/11073/11073-10207-2017/participant" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def mdib_of(metrics: Mapping[str, tuple[int, int]]) -> bytes:
    """One channel of numeric metrics: handle → (code, unit), both MDC."""
    described = "".join(_described(handle, *codes) for handle, codes in metrics.items())
    kinds = {"mds": "Mds", "sc": "SystemContext", "vmd": "Vmd", "ch": "Channel"}
    states = "".join(_state(handle, kind) for handle, kind in kinds.items())
    states += "".join(_state(handle, "NumericMetric") for handle in metrics)
    return (
        f'<msg:GetMdibResponse {_NAMES} MdibVersion="0" SequenceId="{_ID}">'
        f'<msg:Mdib MdibVersion="0" SequenceId="{_ID}">'
        '<pm:MdDescription DescriptionVersion="0"><pm:Mds Handle="mds" SafetyClassification="MedA">'
        '<pm:SystemContext Handle="sc"><pm:PatientContext Handle="pc"/><pm:LocationContext Handle="lc"/>'
        '</pm:SystemContext><pm:Vmd Handle="vmd" SafetyClassification="MedA">'
        f'<pm:Channel Handle="ch" SafetyClassification="MedA">{described}</pm:Channel></pm:Vmd></pm:Mds>'
        f'</pm:MdDescription><pm:MdState StateVersion="0">{states}</pm:MdState></msg:Mdib>'
        "</msg:GetMdibResponse>"
    ).encode()


def _described(handle: str, code: int, unit: int) -> str:
    return (
        f'<pm:Metric xsi:type="pm:NumericMetricDescriptor" Handle="{handle}" SafetyClassification="MedA" '
        'MetricCategory="Msrmt" MetricAvailability="Cont" Resolution="0.1">'
        f'<pm:Type Code="{code}"/><pm:Unit Code="{unit}"/></pm:Metric>'
    )


def _state(handle: str, kind: str) -> str:
    return f'<pm:State xsi:type="pm:{kind}State" DescriptorHandle="{handle}" ActivationState="On"/>'
