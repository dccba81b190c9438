"""`--push-to-hub`: a release uploaded to the Hugging Face Hub as one commit, with a tag for its version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .integrity import ReleaseError, verify
from .reading import read_manifest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


class Upload(NamedTuple):
    """What would go, or has gone: files with their bytes, in the order of their names, and the tag."""

    repository: str
    tag: str
    files: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        size = sum(size for _, size in self.files)
        return f"{len(self.files)} files ({size / 1e6:.1f} MB) to datasets/{self.repository}, tag {self.tag}"


def plan(directory: Path, repository: str) -> Upload:
    """Return what a push would upload, without talking to anybody: the dry run.

    Raises ReleaseError when the release is not whole, or `repository` is no `owner/name`.
    """
    if problems := verify(directory):
        raise ReleaseError(f"{directory} is not whole, so it is not pushed: {problems[0]} ({len(problems)} problems)")
    owner, slash, name = repository.partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ReleaseError(f"{repository!r} is no repository of the Hub: write it as owner/name")
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    listed = tuple((path.relative_to(directory).as_posix(), path.stat().st_size) for path in files)
    return Upload(repository, f"v{read_manifest(directory).version}", listed)


def push(directory: Path, repository: str, *, private: bool = True, api: HfApi | None = None) -> Upload:
    """Upload a release as one commit that replaces what stood there, and tag it.

    The token is the one of `HF_TOKEN` or of `hf auth login`; a new repository is private unless said otherwise.
    Raises ReleaseError as `plan` does, when the version is tagged already, or when the Hub refuses or can't be reached.
    """
    from huggingface_hub import HfApi as Api
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    # What the Hub's client speaks HTTP with is another library from version to version.
    unreached: tuple[type[Exception], ...] = (*HfHubHTTPError.__bases__, OSError)
    upload = plan(directory, repository)
    hub = api or Api()
    try:
        hub.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        tags = {ref.name for ref in hub.list_repo_refs(repository, repo_type="dataset").tags}
        if upload.tag in tags:
            raise ReleaseError(f"{repository} has the tag {upload.tag} already: a published version never changes")
        done = hub.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=str(directory),
            commit_message=f"Version {upload.tag.removeprefix('v')}",
            delete_patterns="*",
        )
        hub.create_tag(repository, repo_type="dataset", tag=upload.tag, revision=done.oid)
    except LocalTokenNotFoundError as error:
        raise ReleaseError("the Hub wants a token: set HF_TOKEN, or run `hf auth login`") from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise ReleaseError(f"the Hub refused {repository} ({status}): is HF_TOKEN one that may write there?") from error
    except unreached as error:
        raise ReleaseError(f"the Hub can't be reached for {repository}: {error}: run the same command again") from error
    return upload
