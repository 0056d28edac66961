//! The program: reads the command and its settings, and hands over to `commands.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::memory::give_back_large_pieces();
    server::commands::run(std::env::args().skip(1).collect())
}
