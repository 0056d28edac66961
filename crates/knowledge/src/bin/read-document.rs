//! Reads one document from standard input, as `server read-document` does: so that this crate's tests see a real process.

fn main() -> std::process::ExitCode {
    knowledge::outside::main()
}
