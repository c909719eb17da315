"""Judges bills with the clients that read them: every bill in a folder, by its ending.

    python bills.py FOLDER SPDX_RDF

*.cdx.json    CycloneDX 1.6 and 1.7: cyclonedx-python-lib's strict validator, parser and graph check
*.spdx.json   SPDX 2.3: spdx-tools' parser and validator
*.spdx3.json  SPDX 3.0.1: the schema beside Waybill's sources, and SHACL by the model of the
              specification (folder `rdf` of spdx-spec: spdx-model.ttl, spdx-context.jsonld)

Prints one line a bill and what is wrong with it; the exit code is the number of bills refused.
Nothing is fetched: the context that SPDX 3 documents name is taken from SPDX_RDF.
"""

import json
import logging
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parents[1] / "inventory/schemas/spdx/spdx-3.0.1.schema.json"
CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
SHOWN = 12


def cyclonedx(path):
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = path.read_text(encoding="utf-8")
    document = json.loads(text)
    version = SchemaVersion.from_version(document["specVersion"])
    error = JsonStrictValidator(version).validate_str(text)
    if error:
        return [str(error)]
    bill = Bom.from_json(document)
    bill.validate()
    listed = len(document.get("components", []))
    if len(bill.components) != listed:
        return [f"{listed} components written, {len(bill.components)} read"]
    return []


def spdx_2(path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    document = parse_file(str(path))
    return [m.validation_message for m in validate_full_spdx_document(document)]


def spdx_3(path, rdf, shapes):
    import jsonschema
    import pyshacl
    import rdflib

    document = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    errors = [f"{list(e.path)}: {e.message[:200]}" for e in validator.iter_errors(document)]
    if document.get("@context") != CONTEXT:
        errors.append("another context")
    document["@context"] = json.loads((rdf / "spdx-context.jsonld").read_text())["@context"]
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=shapes)
    if not conforms:
        errors += [line for line in text.splitlines() if "Message" in line] or [text]
    return errors


def main():
    logging.disable(logging.CRITICAL)
    folder, rdf = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    shapes = None
    refused = 0
    for path in sorted(folder.iterdir()):
        try:
            if path.name.endswith(".cdx.json"):
                errors = cyclonedx(path)
            elif path.name.endswith(".spdx.json"):
                errors = spdx_2(path)
            elif path.name.endswith(".spdx3.json"):
                if shapes is None:
                    import rdflib

                    shapes = rdflib.Graph().parse(rdf / "spdx-model.ttl")
                errors = spdx_3(path, rdf, shapes)
            else:
                continue
        except Exception as error:  # whatever a client raises is its way to refuse
            errors = [f"{type(error).__name__}: {error}"]
        refused += bool(errors)
        print(f"{path.name}: {'refused' if errors else 'accepted'}")
        for error in errors[:SHOWN]:
            print(f"  {str(error)[:400]}")
    return min(refused, 99)


if __name__ == "__main__":
    sys.exit(main())
