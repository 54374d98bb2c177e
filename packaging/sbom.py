"""Write a CycloneDX bill of materials of wheels: hashes, licences, who needs what.

Needs ``pip install "cyclonedx-python-lib[json-validation]"``; the file is held against the schema.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from licences import stated_licence
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from wheels import Wheel, sha256_of

NAMESPACE = uuid.UUID("4f2f3c52-6a0d-5d6e-9d37-0c7b1d1b7a11")


def bill_of_materials(
    wheels: Iterable[Wheel], environment: dict[str, str], made: datetime, root: str = "nngis"
) -> str:
    """List every wheel as a component, `root` as what they are the parts of.

    Parameters
    ----------
    wheels : iterable of Wheel
        `root` among them.
    environment : dict of str to str
        What markers hold where the wheels are installed.
    made : datetime
        When; the same wheels and time give the same text.
    root : str
        The package that needs the others.

    Returns
    -------
    str
        CycloneDX 1.6 in JSON.
    """
    by_name = {canonicalize_name(one.name): one for one in wheels}
    parts = {name: _component(one) for name, one in sorted(by_name.items())}
    bom = Bom(components=[part for name, part in parts.items() if name != root])
    bom.metadata.component = parts[root]
    bom.metadata.timestamp = made
    digests = " ".join(sorted(sha256_of(one.path) for one in by_name.values()))
    bom.serial_number = uuid.uuid5(NAMESPACE, digests)
    for name, one in by_name.items():
        needed = {canonicalize_name(need) for need in _needs(one, environment)}
        bom.register_dependency(parts[name], [parts[need] for need in sorted(needed & set(parts))])
    text: str = JsonV1Dot6(bom).output_as_string(indent=2)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise ValueError(f"no valid CycloneDX: {wrong}")
    return text + "\n"


def _component(wheel: Wheel) -> Component:
    name = canonicalize_name(wheel.name)
    stated = stated_licence(wheel.metadata)
    return Component(
        type=ComponentType.APPLICATION if name == "nngis" else ComponentType.LIBRARY,
        name=wheel.name,
        version=wheel.version,
        bom_ref=f"{name}=={wheel.version}",
        purl=PackageURL("pypi", None, name, wheel.version),
        description=wheel.metadata["Summary"],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256_of(wheel.path))],
        licenses=[LicenseFactory().make_from_string(stated)] if stated else [],
    )


def _needs(wheel: Wheel, environment: dict[str, str]) -> Iterable[str]:
    for text in wheel.metadata.get_all("Requires-Dist", []):
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({**environment, "extra": ""}):
            yield needed.name
