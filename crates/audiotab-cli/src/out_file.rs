//! A result file that appears whole or not at all.

use crate::failure::Failure;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Written under a hidden name beside `path` and renamed at the end. Dropped before that, it leaves nothing.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
    /// None when `path` is no ordinary file, such as /dev/null, and is written to directly.
    draft: Option<PathBuf>,
    file: BufWriter<File>,
}

impl OutFile {
    /// Begins a file that will stand at `path`. `input` is the file the result is made from.
    ///
    /// # Errors
    /// One sentence if it cannot be written there, or would replace its own input.
    pub fn create(path: &Path, input: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::io("write", path, &error);
        if let (Ok(a), Ok(b)) = (path.canonicalize(), input.canonicalize())
            && a == b
        {
            return Err(Failure::usage(format!(
                "--out {} is the input itself; name another file",
                path.display()
            )));
        }
        if path.is_dir() {
            return Err(Failure::usage(format!("--out {} is a directory; name a file", path.display())));
        }
        let Some(name) = path.file_name() else {
            return Err(Failure::usage(format!("--out {} names no file", path.display())));
        };
        let special = path.metadata().is_ok_and(|found| !found.is_file());
        let draft = (!special).then(|| {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}.part", std::process::id()));
            path.with_file_name(hidden)
        });
        let file = match &draft {
            Some(draft) => File::create_new(draft),
            None => File::options().write(true).open(path),
        };
        Ok(Self {
            path: path.to_owned(),
            draft,
            file: BufWriter::with_capacity(1 << 18, file.map_err(failed)?),
        })
    }

    /// Puts the file in place.
    ///
    /// # Errors
    /// One sentence if the system refuses.
    pub fn commit(mut self) -> Result<(), Failure> {
        let put = |out: &mut Self| -> io::Result<()> {
            out.file.flush()?;
            if let Some(draft) = &out.draft {
                std::fs::rename(draft, &out.path)?;
            }
            out.draft = None;
            Ok(())
        };
        put(&mut self).map_err(|error| Failure::io("write", &self.path, &error))
    }

    /// The sentence for a failed write.
    pub fn failure(path: &Path) -> impl Fn(io::Error) -> Failure {
        move |error| Failure::io("write", path, &error)
    }
}

impl Drop for OutFile {
    fn drop(&mut self) {
        if let Some(draft) = &self.draft {
            let _ = std::fs::remove_file(draft);
        }
    }
}

impl Write for OutFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for OutFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
