"""What pdfium reads from PDF files and docx2txt from DOCX files. In: {folder, kind, most}; `most` files, spread over all of that kind.
Out: {version, files: [{path, text, margins}]}; `text` is null for a file that the library refuses, `margins` is what of it stands above and
below every page of a DOCX file.
"""

import json
import pathlib
import re
import sys
import warnings
import zipfile
from importlib.metadata import version

import docx2txt
import pypdfium2

warnings.filterwarnings("ignore")
asked = json.load(sys.stdin)


def pdf(path):
    document = pypdfium2.PdfDocument(path)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    # Its sign for a word that is parted at a line's end.
    return text.replace("\ufffe\r\n", "").replace("\ufffe", "")


def docx(path):
    return docx2txt.process(path)


def margins(path):
    if path.suffix != ".docx":
        return ""
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if re.match("word/(header|footer)[0-9]*.xml", name)]
        return "\n".join(docx2txt.docx2txt.xml2text(archive.read(part)) for part in parts)


read, library = {"pdf": (pdf, "pypdfium2"), "docx": (docx, "docx2txt")}[asked["kind"]]
every = sorted(pathlib.Path(asked["folder"]).rglob("*." + asked["kind"]))
step = max(1, len(every) // asked["most"])
files = []
for path in every[::step]:
    try:
        text = read(str(path))
    except Exception:  # each library has classes of its own
        text = None
    files.append({"path": str(path), "text": text, "margins": margins(path) if text else ""})
json.dump({"version": version(library), "files": files}, sys.stdout)
