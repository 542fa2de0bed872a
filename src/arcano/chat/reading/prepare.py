"""What a model is given to read for one answer: the branch, as much of it as fits, and what stands for the rest.

A first question costs no query and no call. Later ones read the branch once and then keep it; a tokenizer
is asked only where it decides whether something must go.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from arcano.chat.asked_with import AskedWith
from arcano.chat.domain import ContextPolicy, ConversationId, MessageId, PathMessage, Turn
from arcano.chat.errors import SummaryFailedError
from arcano.chat.events import ContextRead, Phase
from arcano.chat.reading.branch import Branch, BranchMessage, read_branch
from arcano.chat.reading.branches import Branches
from arcano.chat.reading.fit import first_kept
from arcano.chat.reading.load import BARE, Frame, Load
from arcano.chat.reading.summaries import SummaryRepository
from arcano.chat.reading.summarise import Asker, summarise
from arcano.chat.reading.too_long import conversation_too_long, question_too_long
from arcano.chat.reading.weight import Weight
from arcano.chat.reading.window import Window, window_of
from arcano.chat.repository import ConversationRepository
from arcano.chat.turn_repository import Question
from arcano.identity import UserId
from arcano.inference import Chosen, Inference
from arcano.platform.clock import Clock
from arcano.platform.database import Database
from arcano.providers import ModelRequest

NEAR = 0.15
"""Within so much of the limit an estimate does not decide, if somebody can count."""

OWN_SPREAD = 0.05
"""How far an estimate lies off that was learned in this very conversation."""

SUMMARISE_DOWN_TO = 0.6
SUMMARY_SHARE = 0.1
FEWEST_SUMMARY_TOKENS = 48
"""Of the room: what stays word by word when the older part is summarised, and how long that may be. The
next summary is due when a good quarter of the room has filled again."""

_READ_MORE = 1.3
"""More than the room holds by estimate, so that the estimate is not why something is missing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is sent, and what is told of it. `weight` is to learn from the true count."""

    request: ModelRequest
    told: ContextRead
    weight: Weight
    rooms: Mapping[str, int] | None


class Readings:
    """Prepares what is read for each answer, and keeps it for the next."""

    def __init__(
        self, *, database: Database, inference: Inference, clock: Clock, frame: Frame = BARE
    ) -> None:
        self._database = database
        self._inference = inference
        self._clock = clock
        self._frame = frame
        self._branches = Branches()
        self._forgotten = 0

    async def prepare(
        self,
        turn: Turn,
        question: Question | None,
        chosen: Chosen,
        *,
        asked_with: AskedWith,
        continues: bool,
        tell: Callable[[Phase], None],
    ) -> Reading:
        """What `chosen` is given to read for `turn`. `question` if it was asked just now.

        Raises:
            ContextTooLongError: The question alone does not fit, or the conversation does not and its
                policy is to refuse. Nothing was sent.
        """
        forgotten = self._forgotten
        window = _window(chosen, max_tokens=turn.parameters.max_tokens)
        branch = await self._branch(turn, question, chosen, window, continues=continues)
        load = self._load(branch, chosen, window)
        failed = False
        if load.total * (1 + NEAR) > window.room or not branch.serves(window):
            load = await self._counted(load, turn, continues=continues)
            load, failed = await self._fitted(load, turn, asked_with, tell)
        # It took a while, with a summary minutes: some conversation, perhaps this one, is to be read again.
        if self._forgotten == forgotten:
            self._branches.put(turn.conversation_id, load.branch)
        told = load.told(summary_failed=failed)
        return Reading(
            self._request(load, turn, continues=continues),
            told,
            load.weight,
            _rooms(chosen, window),
        )

    async def look(
        self,
        viewer: UserId,
        conversation_id: ConversationId,
        leaf: MessageId,
        chosen: Chosen,
        *,
        max_tokens: int | None,
    ) -> Load:
        """The branch that ends in `leaf` as `chosen` would read it, before anything is asked after it."""
        forgotten = self._forgotten
        window = _window(chosen, max_tokens=max_tokens)
        branch = await self._known(viewer, conversation_id, leaf, chosen, window)
        if self._forgotten == forgotten:
            self._branches.put(conversation_id, branch)
        load = self._load(branch, chosen, window)
        return replace(load, asked=len(branch.messages))

    def look_at_nothing(self, chosen: Chosen, *, max_tokens: int | None) -> Load:
        """As `look`, in a conversation that has not begun."""
        window = _window(chosen, max_tokens=max_tokens)
        return self._load(Branch((), None, complete=True), chosen, window)

    def answered(self, turn: Turn, said: PathMessage) -> None:
        """The answer is stored: the next question follows it."""
        if turn.continues:
            self.forget(turn.conversation_id)
        else:
            self._branches.grow(turn.conversation_id, said)

    def learned(self, turn: Turn, model_id: str, weight: Weight, *, tokens: int) -> None:
        """A model reported what it read."""
        if weight.words <= 0:
            return
        usual = self._inference.tokens.calibration(model_id).factor
        self._branches.saw(turn.conversation_id, weight.seen(model_id, tokens, usual=usual))
        if weight.thoughts is None:
            # What a model makes of earlier thoughts, perhaps nothing, says nothing of words elsewhere.
            self._inference.tokens.learn(model_id, units=weight.words, tokens=tokens)

    def forget(self, conversation_id: ConversationId) -> None:
        """Something of it is not as it was read, perhaps just now by somebody else: read it again."""
        self._forgotten += 1
        self._branches.drop(conversation_id)

    async def _branch(
        self,
        turn: Turn,
        question: Question | None,
        chosen: Chosen,
        window: Window,
        *,
        continues: bool,
    ) -> Branch:
        if question is None:
            leaf = turn.assistant_message_id if continues else turn.user_message_id
            return await self._known(turn.owner_id, turn.conversation_id, leaf, chosen, window)
        asked = PathMessage(turn.user_message_id, "user", question.text, question.parent_id, 1)
        if question.parent_id is None:
            return Branch((BranchMessage.of(asked),), None, complete=True)
        before = await self._known(
            turn.owner_id, turn.conversation_id, question.parent_id, chosen, window
        )
        return before.grown(asked)

    async def _known(
        self,
        viewer: UserId,
        conversation_id: ConversationId,
        leaf: MessageId,
        chosen: Chosen,
        window: Window,
    ) -> Branch:
        budget = (
            window.room * _READ_MORE / self._inference.tokens.calibration(chosen.model_id).factor
        )
        known = self._branches.get(conversation_id, leaf)
        if known is not None and (known.serves(window) or known.word_units > budget):
            return known
        return await self._database.read(
            lambda connection: read_branch(
                connection, viewer, conversation_id, leaf, budget_units=budget, window=window
            )
        )

    def _load(self, branch: Branch, chosen: Chosen, window: Window) -> Load:
        calibration = self._inference.tokens.calibration(chosen.model_id)
        per_unit, spread, reads = calibration.factor, calibration.spread, True
        if branch.seen is not None and branch.seen.model_id == chosen.model_id:
            per_unit, spread, reads = branch.seen.per_unit, OWN_SPREAD, branch.seen.reads_thoughts
        return Load(
            branch,
            self._frame,
            window,
            chosen.model_id,
            _asked(branch),
            per_unit,
            spread,
            sends_thoughts=branch.sends_thoughts(chosen.gets_back),
            reads_thoughts=reads,
        )

    def _request(self, load: Load, turn: Turn, *, continues: bool) -> ModelRequest:
        max_tokens = load.longest_answer(turn.parameters.max_tokens)
        return ModelRequest(
            model=turn.model,
            messages=load.messages(continues=continues),
            parameters=replace(turn.parameters, max_tokens=max_tokens),
            tools=self._frame.tools,
            answer_schema=turn.answer_schema,
            continues=continues,
        )

    async def _counted(self, load: Load, turn: Turn, *, continues: bool) -> Load:
        """Weighed by the model's own tokenizer, where an estimate would decide what is left out."""
        room = load.window.room
        # Whether what it thought counts, only the model knows: it is asked wherever it may decide.
        least = load.weight.words * load.per_unit
        decides = room * (1 - NEAR) < load.total and least < room * _READ_MORE
        if load.window.limit is None or not decides:
            return load
        request = self._request(load, turn, continues=continues)
        count = await self._inference.tokens.count(load.model_id, request, user_id=turn.asker)
        if not count.exact:
            return load
        usual = self._inference.tokens.calibration(load.model_id).factor
        seen = load.weight.seen(load.model_id, count.tokens, usual=usual)
        load = replace(
            load, branch=replace(load.branch, seen=seen), reads_thoughts=seen.reads_thoughts
        )
        return replace(load, per_unit=count.tokens / load.units, spread=0.0)

    async def _fitted(
        self, load: Load, turn: Turn, asked_with: AskedWith, tell: Callable[[Phase], None]
    ) -> tuple[Load, bool]:
        """As much as fits, and whether a summary was wanted and failed."""
        load = _from_a_question(load)
        policy = await self._policy(load.branch, turn)
        load = replace(load, branch=replace(load.branch, policy=policy))
        place = first_kept(load.weighed, asked=load.asked, room=load.room)
        if place is None:
            if load.window.limit is not None:
                raise question_too_long(load, turn.model)
            place = load.asked  # nobody knows the limit: the provider says whether it is too much
        if policy.name == "refuse" and (place or load.branch.left_out):
            raise conversation_too_long(load, turn.model)
        if place == 0 and (load.branch.serves(load.window) or policy.name != "summarise"):
            return _settled(load), False
        spread = max(load.spread, OWN_SPREAD)
        if policy.name == "summarise":
            try:
                # Whoever may not ask the summariser has it done by the model that answers them.
                summariser = policy.model or turn.model
                model = summariser if asked_with.allows_model(summariser) else turn.model
                asker = Asker(turn.asker, turn.conversation_id, asked_with)
                return await self._summarised(load, asker, model, tell), False
            except SummaryFailedError:
                return load.beginning_at(place, spread=spread), True
        return load.beginning_at(place, spread=spread), False

    async def _summarised(
        self, load: Load, asker: Asker, model: str, tell: Callable[[Phase], None]
    ) -> Load:
        """The older part gives way to a summary of it, and of the summary before."""
        most = max(FEWEST_SUMMARY_TOKENS, int(load.window.room * SUMMARY_SHARE))
        before = load.branch.summary
        alone = replace(load, branch=replace(load.branch, summary=None))
        place = first_kept(
            load.weighed, asked=load.asked, room=alone.room - most, down_to=SUMMARISE_DOWN_TO
        )
        if not place:
            raise SummaryFailedError  # the question leaves no room for one
        earlier = load.branch.messages[:place]
        tell(Phase("summarising", messages=sum(1 for message in earlier if message.said.text)))
        summary = await summarise(
            earlier,
            before,
            model=model,
            most_tokens=most,
            asker=asker,
            inference=self._inference,
            clock=self._clock,
        )
        await self._database.write(
            lambda connection: SummaryRepository(connection).add(asker.conversation_id, summary)
        )
        branch = replace(
            load.branch,
            messages=load.branch.messages[place:],
            summary=summary,
            complete=True,
            fitted_for=None,
        )
        spread = max(load.spread, OWN_SPREAD)
        load = replace(load, branch=branch, asked=load.asked - place, spread=spread)
        # A summary longer than it was to be takes its room from the oldest messages.
        fits = first_kept(load.weighed, asked=load.asked, room=load.room)
        if fits is None:
            raise SummaryFailedError
        return load.beginning_at(fits, spread=spread)

    async def _policy(self, branch: Branch, turn: Turn) -> ContextPolicy:
        if branch.policy is not None:
            return branch.policy
        return await self._database.read(
            lambda connection: ConversationRepository(connection, turn.owner_id).context_policy(
                turn.conversation_id
            )
        )


def _window(chosen: Chosen, *, max_tokens: int | None) -> Window:
    return window_of(
        chosen.context_tokens, max_tokens=max_tokens, most_input=chosen.most_input_tokens
    )


def _asked(branch: Branch) -> int:
    """The place of the newest question: an answer that is continued comes after it."""
    for place in range(len(branch.messages) - 1, -1, -1):
        if branch.messages[place].said.role == "user":
            return place
    return 0


def _from_a_question(load: Load) -> Load:
    """What was read up to some amount may begin in the middle of an exchange."""
    if load.branch.serves(load.window):
        return load
    for place in range(load.asked):
        if load.branch.messages[place].said.role == "user":
            return load.beginning_at(place, spread=load.spread) if place else load
    return load


def _settled(load: Load) -> Load:
    """What is older stays out as long as there is this room."""
    if load.branch.complete:
        return load
    return replace(load, branch=replace(load.branch, fitted_for=load.window.room))


def _rooms(chosen: Chosen, window: Window) -> Mapping[str, int] | None:
    """What each target can read, the same reserve kept free."""
    if chosen.windows is None:
        return None
    return {
        target: size - min(window.reserve, size // 2) for target, size in chosen.windows.items()
    }
