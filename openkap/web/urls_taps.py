"""Addresses of what is tapped, rated, graded and corrected at a visit."""

from django.urls import path

from openkap.web import adverse, corrections, in_room, rescue

OF_VISIT = [
    path("observe/", in_room.observe, name="visit-observe"),
    path("sedation/", in_room.sedation, name="visit-sedation"),
    path("dissociation/", in_room.dissociation, name="visit-dissociation"),
    path("adverse/", adverse.adverse, name="visit-adverse"),
    path("adverse/report/", adverse.report, name="visit-adverse-report"),
    path("adverse/follow/", adverse.follow, name="visit-adverse-follow"),
    path("rescue/step/", rescue.step, name="visit-rescue"),
    path("rescue/medicine/", rescue.medicine, name="visit-rescue-medicine"),
    path("emergency/", rescue.declare, name="visit-emergency"),
    path("emergency/over/", rescue.over, name="visit-emergency-over"),
    path("corrections/", corrections.corrections, name="visit-corrections"),
    path("corrections/<uuid:entry>/", corrections.correction, name="visit-correction"),
    path("corrections/<uuid:entry>/correct/", corrections.correct, name="visit-correct"),
    path("corrections/<uuid:entry>/out/", corrections.take_out, name="visit-take-out"),
]
