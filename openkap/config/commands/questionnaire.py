"""openkap questionnaire: what a FHIR R4 Questionnaire would ask here, or every reason why it cannot."""

import argparse
import sys

from openkap.clinical.refusal import BadFields, BadInput
from openkap.config.input import add_files, bytes_of

NAME = "questionnaire"
HELP = "Say what FHIR R4 Questionnaires would ask, or why they cannot be asked. Stores nothing."
PERMISSION = "public"
GIVES_WAY = True

READ, REFUSED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    parser.epilog = "Exit status: 0 every form can be asked, 2 one cannot. The others are told all the same."


def run(arguments: argparse.Namespace) -> int:
    from openkap.fhir.questionnaire import read

    status = READ
    for file in arguments.files:
        try:
            imported = read(bytes_of(file), file)
        except (BadInput, BadFields) as refusal:
            faults = refusal.faults if isinstance(refusal, BadFields) else [refusal]
            print(f"openkap: {file} cannot be asked here:", file=sys.stderr)
            for fault in faults:
                print(f"  {fault}", file=sys.stderr)
            status = REFUSED
            continue
        questions = [part for part, _ in imported.form.flat if part.asks]
        print(f"{file}: {imported.form.title}, {len(questions)} question{'' if len(questions) == 1 else 's'}")
        for line in imported.left_out:
            print(f"  Left out: {line}")
    return status
