"""The program that runs a model from safetensors in a process of its own: PyTorch, and nothing of Arcano.

Started like `child.py`, ordered in the same line, and asked over HTTP in the same words, so that whoever
talks to llama.cpp talks to this. It writes one answer at a time. Imports PyTorch only when it runs; code
that a model brings along is never executed.
"""

import hmac
import json
import os
import select
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

_MAX_BODY_BYTES = 64 * 1024**2
_COMFORTABLE_SHARE = 0.9
Say = Callable[[str], None]


class Refused(Exception):  # noqa: N818 - an answer, not a mistake
    """What was asked cannot be done here; `code` as OpenAI names it."""

    def __init__(self, message: str, *, code: str = "invalid_request") -> None:
        super().__init__(message)
        self.code = code


def main() -> None:
    """Load, say where, and wait for the end of the input."""
    answer = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not be taken for our one line
    order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    try:
        server = _Server(_load(order), key=order["key"])
    except Exception as failure:  # noqa: BLE001 - whatever it is, the parent is told
        _say(answer, {"failure": _in_known_words(failure)})
    else:
        port = server.server_address[1]
        _say(answer, {"address": f"http://127.0.0.1:{port}"})
        server.serve_forever()
    threading.Event().wait()  # also after a failure: the parent still reads the reason


def _leave_with_the_parent() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def _say(output: int, line: dict[str, Any]) -> None:
    os.write(output, json.dumps(line).encode() + b"\n")


def _in_known_words(failure: Exception) -> str:
    """The failure, beginning with the words by which llama.cpp would be understood."""
    words = f"{type(failure).__name__}: {failure}"
    if "does not recognize this architecture" in words or "Unrecognized model" in words:
        return f"unknown model architecture: {words}"
    if "Safetensor" in words or "JSONDecodeError" in words or "deserializing" in words:
        return f"corrupted or incomplete: {words}"
    return words


def bits_for(weights_bytes: int, *, free_bytes: int, wished: int | None) -> int | None:
    """In how many bits the weights are kept on a graphics card, where fewer are possible.

    As wished; else as they are if they fit, or in the most that fits of eight and four. `weights_bytes`
    are those of the files, of sixteen bits each.
    """
    if wished is not None:
        return wished
    comfortable = free_bytes * _COMFORTABLE_SHARE
    if weights_bytes <= comfortable:
        return None
    return 8 if weights_bytes / 2 <= comfortable else 4


def _load(order: dict[str, Any]) -> "_Model":
    os.environ["HF_HUB_OFFLINE"] = "1"  # noqa: TID251 - its own process, which asks nobody anything
    torch: Any = import_module("torch")
    transformers: Any = import_module("transformers")
    torch.set_num_threads(order["threads"])
    device = _device(torch, order)
    known: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = transformers.AutoTokenizer.from_pretrained(order["path"], **known)
    if not tokenizer.chat_template:
        raise Refused("no chat template")
    if device == "cuda" and find_spec("bitsandbytes"):
        free, _ = torch.cuda.mem_get_info()
        bits = bits_for(order["weights_bytes"], free_bytes=free, wished=order["bits"])
        if bits is not None:
            known["quantization_config"] = transformers.BitsAndBytesConfig(
                load_in_8bit=bits == 8, load_in_4bit=bits == 4
            )
            known["device_map"] = "cuda"
    model = transformers.AutoModelForCausalLM.from_pretrained(
        order["path"], use_safetensors=True, dtype="auto", **known
    )
    if "device_map" not in known:
        model.to(device)
    model.eval()
    return _Model(torch, transformers, model, tokenizer, order["context_tokens"])


def _device(torch: Any, order: dict[str, Any]) -> str:
    if order["gpu_layers"] != 0 and torch.cuda.is_available():
        return "cuda"
    if order["gpu_layers"] != 0 and torch.backends.mps.is_available():
        return "mps"
    return "cpu"


class _Model:
    """A loaded model and its tokenizer. One answer at a time; who comes meanwhile waits."""

    def __init__(
        self,
        torch: Any,
        transformers: Any,
        model: Any,
        tokenizer: Any,
        context_tokens: int,
    ) -> None:
        self._torch = torch
        self._transformers = transformers
        self._model = model
        self._tokenizer = tokenizer
        self._context_tokens = context_tokens
        self._turn = threading.Lock()

    def read(self, body: dict[str, Any]) -> Any:
        """The tokens of a question, by the model's own template."""
        if body.get("tools") or body.get("response_format"):
            raise Refused("This engine knows neither tools nor schemas. Ask without them.")
        messages = [_plain(message) for message in body["messages"]]
        continues = messages[-1]["role"] == "assistant"
        read = self._tokenizer.apply_chat_template(
            messages,
            add_generation_prompt=not continues,
            continue_final_message=continues,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            **body.get("chat_template_kwargs", {}),
        )
        return read["input_ids"]

    def answer(self, body: dict[str, Any], say: Say, gone: Callable[[], bool]) -> dict[str, Any]:
        """Write an answer piece by piece, and return why it ended and what it cost.

        Ends within one step once `gone` says so.
        """
        tokens = self.read(body)
        count = int(tokens.shape[1])
        room = self._context_tokens - count
        if room <= 0:
            raise Refused(
                f"The question has {count} tokens, the context {self._context_tokens}.",
                code="context_length_exceeded",
            )
        most = min(body.get("max_tokens") or room, room)
        text = Text(say, stops=body.get("stop") or ())
        with self._turn, self._torch.inference_mode():
            if body.get("seed") is not None:
                self._torch.manual_seed(body["seed"])
            written = self._model.generate(
                input_ids=tokens.to(self._model.device),
                attention_mask=self._torch.ones_like(tokens).to(self._model.device),
                max_new_tokens=most,
                streamer=_streamer(self._transformers, self._tokenizer, text),
                stopping_criteria=[self._criterion(text, gone)],
                **_sampling(body),
            )
        new = int(written.shape[1]) - count
        ended = text.stopped or int(written[0, -1]) in self._ends_of_text()
        return {
            "reason": "stop" if ended else "length",
            "usage": {
                "prompt_tokens": count,
                "completion_tokens": new,
                "total_tokens": count + new,
            },
        }

    def _criterion(self, text: "Text", gone: Callable[[], bool]) -> Callable[..., Any]:
        """Asked after each step whether the answer ends here."""

        def ends(ids: Any, _scores: Any, **_: Any) -> Any:
            now = text.stopped or gone()
            return self._torch.full((ids.shape[0],), now, device=ids.device, dtype=self._torch.bool)

        return ends

    def _ends_of_text(self) -> set[int]:
        known: Any = self._model.generation_config.eos_token_id
        return set(cast("list[int]", known)) if isinstance(known, list) else {known}


def _plain(message: dict[str, Any]) -> dict[str, str]:
    content: Any = message.get("content") or ""
    if isinstance(content, list):
        parts = cast("list[dict[str, Any]]", content)
        if any(part.get("type") != "text" for part in parts):
            raise Refused("This engine reads text only.")
        content = "".join(str(part["text"]) for part in parts)
    return {"role": message["role"], "content": content}


def _sampling(body: dict[str, Any]) -> dict[str, Any]:
    """How to choose among tokens; what is not said is left to the model's own settings."""
    if body.get("temperature") == 0:
        return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    asked = {name: body[name] for name in ("temperature", "top_p") if body.get(name) is not None}
    return {"do_sample": True, **asked} if asked else {}


class Text:
    """What was written so far. Holds back what may be the beginning of a stop word."""

    def __init__(self, say: Say, *, stops: Any = ()) -> None:
        self._say = say
        several = cast("list[str]", stops) if isinstance(stops, list) else [stops]
        self._stops = tuple(str(stop) for stop in several if stop)
        self._held = ""
        self.stopped = False

    def add(self, piece: str, *, last: bool) -> None:
        if self.stopped:
            return
        self._held += piece
        ends = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if ends:
            self.stopped = True
            self._let_go(min(ends))
            return
        self._let_go(len(self._held) - (0 if last else self._doubtful()))

    def _doubtful(self) -> int:
        """How much of the end may still become a stop word."""
        lengths = (
            length
            for stop in self._stops
            for length in range(1, len(stop))
            if self._held.endswith(stop[:length])
        )
        return max(lengths, default=0)

    def _let_go(self, length: int) -> None:
        said, self._held = self._held[:length], self._held[length:]
        if said:
            self._say(said)


def _streamer(transformers: Any, tokenizer: Any, text: Text) -> Any:
    class Streamer(transformers.TextStreamer):
        """Says each token's text at once; theirs waits for a space, which not every language has."""

        token_cache: list[int]

        def put(self, value: Any) -> None:
            if self.next_tokens_are_prompt:
                self.next_tokens_are_prompt = False
                return
            self.token_cache.extend(value.reshape(-1).tolist())
            so_far: str = self.tokenizer.decode(self.token_cache, **self.decode_kwargs)
            if so_far.endswith("\N{REPLACEMENT CHARACTER}"):
                return  # half a character: the rest is in the next token
            piece = so_far[self.print_len :]
            self.print_len = len(so_far)
            if so_far.endswith("\n"):
                self.token_cache, self.print_len = [], 0
            text.add(piece, last=False)

        def on_finalized_text(self, piece: str, stream_end: bool = False) -> None:  # noqa: FBT001, FBT002 - theirs
            text.add(piece, last=stream_end)

    known = {"skip_special_tokens": True, "clean_up_tokenization_spaces": False}
    return Streamer(tokenizer, skip_prompt=True, **known)


class _Server(ThreadingHTTPServer):
    """Listens on this machine only, for who has the key."""

    daemon_threads = True

    def __init__(self, model: _Model, *, key: str) -> None:
        self.model = model
        self.key = key
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _served(self) -> _Server:
        return cast("_Server", self.server)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002 # pyright: ignore[reportImplicitOverride]  # theirs; standard library only
        return

    def do_GET(self) -> None:
        self._whole(200 if self.path == "/health" else 404, {"status": "ok"})

    def do_POST(self) -> None:
        said = self.headers.get("Authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {self._served.key}".encode()):
            self._whole(401, _error("The key is wrong.", "invalid_api_key"))
            return
        try:
            self._answer(self._body())
        except Refused as refusal:
            self._whole(400, _error(str(refusal), refusal.code))
        except (LookupError, TypeError, ValueError) as broken:
            self._whole(
                400, _error(f"The question cannot be understood: {broken}", "invalid_request")
            )
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _body(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", 0))
        if length > _MAX_BODY_BYTES:
            raise Refused("The question is too large.")
        return json.loads(self.rfile.read(length))

    def _answer(self, body: dict[str, Any]) -> None:
        model = self._served.model
        if self.path == "/v1/chat/completions/input_tokens":
            self._whole(200, {"input_tokens": int(model.read(body).shape[1])})
        elif self.path != "/v1/chat/completions":
            self._whole(404, _error("There is no such address.", "not_found"))
        elif body.get("stream"):
            self._stream(body)
        else:
            text: list[str] = []
            ended = model.answer(body, text.append, self._gone)
            choice = {
                "index": 0,
                "message": {"role": "assistant", "content": "".join(text)},
                "finish_reason": ended["reason"],
            }
            self._whole(200, {"choices": [choice], "usage": ended["usage"]})

    def _stream(self, body: dict[str, Any]) -> None:
        begun = False

        def event(value: dict[str, Any]) -> None:
            nonlocal begun
            if not begun:
                # Not before the first word, so that a refusal still has its own status.
                begun = True
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")

        def say(text: str) -> None:
            if not self._gone():
                event(_chunk({"content": text}))

        self.close_connection = True
        try:
            ended = self._served.model.answer(body, say, self._gone)
        except RuntimeError as broken:  # as PyTorch calls a memory that is full
            event(_error(str(broken), "server_error"))
            return
        event(_chunk({}, reason=ended["reason"]))
        event({"choices": [], "usage": ended["usage"]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _gone(self) -> bool:
        """Whether who asked has hung up."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        if not readable:
            return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _whole(self, status: int, value: dict[str, Any]) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _chunk(delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def _error(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": code}}


if __name__ == "__main__":
    main()
