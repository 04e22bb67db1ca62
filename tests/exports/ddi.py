"""
DDI-Codebook 2.5 as far as the codebook uses it: which parts an element may have, in which order and how
often, and which attributes with which values.

Kept to what the standard's schema says (codebook.xsd of 2012-01-17, https://ddialliance.org/Specification/
DDI-Codebook/2.5/, read 2026-11). The schema itself (430 kB, with those of XHTML and Dublin Core; LGPL 3)
could not be fetched whole for the tests, so this is our own table of the elements we write; an element that
is not in it is a fault. Read in the schema: codeBook, stdyDscr, citation, titlStmt, stdyInfo, var, catgry,
varFormat. The others (prodStmt, fileDscr, fileTxt, dataDscr, qstn, catStat) follow the standard's field
descriptions and were not held against its text.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from core.exports.codebook import NAMESPACE

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# In the standard's order; `!` exactly one, `+` one or more, `?` at most one, `*` any number.
PARTS = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat*"
    " notes*",
    "citation": "titlStmt! rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit? holdings* notes*",
    "titlStmt": "titl! subTitl* altTitl* parTitl* IDNo*",
    "prodStmt": "producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName* fileCitation? dataFingerprint* fileCont* fileStrc? dimensns? fileType*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "var": "location* labl* imputation? security? embargo? respUnit? anlysUnit? qstn* valrng* invalrng*"
    " undocCod* universe* TotlResp? sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept*"
    " derivation? varFormat? geoMap* catLevel* notes*",
    "qstn": "preQTxt* qstnLit* postQTxt* forward* backward* ivuInstr*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
} | dict.fromkeys(
    (
        "titl",
        "subTitl",
        "prodDate",
        "abstract",
        "fileName",
        "labl",
        "qstnLit",
        "catValu",
        "catStat",
        "varFormat",
    ),
    "",
)
# What we write of them; None: any words.
ATTRIBUTES: dict[str, dict[str, str | None]] = {
    "codeBook": {"version": "2[.]5", XML_LANG: "zh-CN"},
    "prodDate": {"date": r"\d{4}-\d\d-\d\d"},
    "fileDscr": {"ID": None},
    "var": {
        "ID": None,
        "name": None,
        "files": None,
        "intrvl": "contin|discrete",
        "nature": "nominal|ordinal|interval|ratio|percent|other",
    },
    "catgry": {"missing": "Y|N"},
    "catStat": {"type": "freq|percent|crosstab|other"},
    # Whoever says `other` has to name a vocabulary of their own.
    "varFormat": {"type": "character|numeric", "schema": "SAS|SPSS|IBM|ANSI|ISO|XML-Data"},
}
REQUIRED = {"var": {"name"}}
A_NAME = re.compile(r"[^\W\d][\w.-]*")


def faults(root: Element) -> list[str]:
    """What the standard would not take, a sentence each."""
    ids = [given for each in root.iter() if (given := each.get("ID")) is not None]
    found = [f"{each} is no ID" for each in ids if not A_NAME.fullmatch(each)]
    found += [f"the ID {each} comes twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
    refs = (ref for each in root.iter() for ref in (each.get("files") or "").split())
    found += [f"no element has the ID {ref}" for ref in dict.fromkeys(refs) if ref not in ids]
    return found + [words for each in root.iter() for words in _of_one(each)]


def name_of(element: Element) -> str:
    """Without the namespace; what is in another one keeps it."""
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def _of_one(element: Element) -> Iterator[str]:
    name = name_of(element)
    if name not in PARTS:
        yield f"{name} is not known"
        return
    allowed = PARTS[name].split()
    order = [each[:-1] for each in allowed]
    parts = [name_of(part) for part in element]
    yield from (f"{part} does not belong into {name}" for part in parts if part not in order)
    places = [order.index(part) for part in parts if part in order]
    if places != sorted(places):
        yield f"the parts of {name} are in another order: {parts}"
    for each in allowed:
        count, often = parts.count(each[:-1]), each[-1]
        if (often in "!+" and not count) or (often in "!?" and count > 1):
            yield f"{name} has {count} {each[:-1]}"
    known = ATTRIBUTES.get(name, {})
    yield from (f"{name} has no attribute {given}" for given in element.attrib if given not in known)
    yield from (f"{name} lacks {each}" for each in REQUIRED.get(name, set()) - set(element.attrib))
    for given, value in element.items():
        pattern = known.get(given)
        if pattern is not None and not re.fullmatch(pattern, value):
            yield f"{name} {given} may not be {value}"
    if allowed and name != "qstn" and (element.text or "").strip():
        yield f"{name} holds words"
