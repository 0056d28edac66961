// Files that were made to hurt, byte by byte: archives, PDFs, Word documents. Not here: what becomes of them (hostile-*.spec.ts).
// @ts-check
import zlib from "node:zlib";

const crc = zlib.crc32 ?? crc32;

/** For a Node that has none yet. @param {Buffer} bytes */
function crc32(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** A zip of these files. @param {[string, Buffer | string][]} files */
export function zip(files) {
  const parts = [];
  const list = [];
  let at = 0;
  for (const [name, content] of files) {
    const bytes = Buffer.from(content);
    const packed = zlib.deflateRawSync(bytes, { level: 9 });
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crc(bytes), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 30);
    entry.writeUInt32LE(at, 42);
    parts.push(head, Buffer.from(name), packed);
    list.push(entry, Buffer.from(name));
    at += head.length + Buffer.byteLength(name) + packed.length;
  }
  const central = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

/** A Word document whose body is this XML; `type` is its document type. @param {string} body @param {string} [type] */
export function docx(body, type = "") {
  const document = `<?xml version="1.0" encoding="UTF-8"?>${type}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
  return zip([["[Content_Types].xml", "<Types/>"], ["word/document.xml", document]]);
}

/** A thousand million laughs in a few lines. */
export function laughs() {
  const names = [..."abcdefghi"];
  const entities = names.map((name, i) => `<!ENTITY ${name} "${i === 0 ? "lol" : `&${names[i - 1]};`.repeat(10)}">`);
  return docx("<w:p><w:r><w:t>The gate opens at nine. &i;&i;&i;</w:t></w:r></w:p>", `<!DOCTYPE x [${entities.join("")}]>`);
}

/** A PDF of these objects, numbered from 1; the first is the catalog. @param {(string | Buffer)[]} objects @param {string} [trailer] */
export function pdf(objects, trailer = "") {
  const parts = [Buffer.from("%PDF-1.4\n")];
  const offsets = [];
  let at = parts[0].length;
  objects.forEach((object, i) => {
    const bytes = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
    offsets.push(at);
    parts.push(bytes);
    at += bytes.length;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(parts);
}

/** @param {string} dictionary @param {string | Buffer} content */
const stream = (dictionary, content) =>
  Buffer.concat([Buffer.from(`<< ${dictionary} /Length ${Buffer.byteLength(content)} >>\nstream\n`), Buffer.from(content), Buffer.from("\nendstream")]);

const head = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"];
const page = (/** @type {string} */ resources) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << ${resources} >> >>`;

/** A scanned page: one picture and no letter. */
export function scan() {
  const pixels = Buffer.alloc(1_000 * 1_000, 200);
  const image = stream("/Type /XObject /Subtype /Image /Width 1000 /Height 1000 /ColorSpace /DeviceGray /BitsPerComponent 8", pixels);
  return pdf([...head, page("/XObject << /I1 5 0 R >>"), stream("", "q 600 0 0 700 0 0 cm /I1 Do Q"), image]);
}

/** A PDF that wants a password. */
export function locked() {
  const lock = `<< /Filter /Standard /V 1 /R 2 /O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> /P -44 >>`;
  return pdf([...head, page(""), stream("", Buffer.from([0x12, 0x34, 0x56])), lock], `/Encrypt 5 0 R /ID [<${"00".repeat(16)}> <${"00".repeat(16)}>]`);
}

/** A page whose drawing, unpacked, has no end worth waiting for. @param {number} megabytes of content */
export function swollen(megabytes) {
  const line = "BT /F1 12 Tf 72 720 Td (The gate opens at nine.) Tj ET\n";
  const content = zlib.deflateSync(Buffer.from(line.repeat(Math.ceil((megabytes * 1024 * 1024) / line.length))), { level: 9 });
  return pdf([...head, page("/Font << /F1 5 0 R >>"), stream("/Filter /FlateDecode", content), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]);
}
