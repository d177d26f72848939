"""HL7 FHIR R4, a file a resource. Pure: bytes and a moment go in, an IncomingRecord comes out."""
