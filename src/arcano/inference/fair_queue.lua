-- The line that several servers share, inside Redis: each deed below is one atomic step.
--
-- The order is that of `fair_order.py`, reckoned alike to the last digit: change both, a test compares them.
-- Everything of one target lies under one key, in one slot of a cluster, and ends by itself when nobody comes.
--
--   KEYS[1]           hash: bounds, counters, mean duration, how often classes were passed over
--   :running          places that run, by when they began (ms)
--   :waiting          hash: place -> its member of :fifo
--   :fifo             "flow:call:place", in lexical order: each flow's calls, first come first
--   :flows            hash: "u<class>:<user>" -> number of the flow; number -> its state
--   :slots:<class>    "flow:slot" by virtual time: who goes next
--   :owed:<class>     users whose flow ended, by where their last service ended
--   :holders          servers, by when their lease ends (ms); :epochs their connection's number
--
-- ARGV: deed, holder, epoch, lease ms, channel prefix, then what the deed needs. A place is "holder:number".
-- An epoch that is older than the holder's last is a command that was thought lost: it does nothing.

local LEAST_WEIGHT, MOST_WEIGHT = 0.01, 100
local PASSED_OVER_AT_MOST = {0, 8, 16}
local KEPT_BACK = 8
local CALLS_REMEMBERED = 20
local DEAD_AT_ONCE = 10
local KEPT_MS = 3600 * 1000

local deed, holder, epoch, lease_ms, channel = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local line = KEYS[1]
local RUNNING, WAITING, FIFO = line .. ':running', line .. ':waiting', line .. ':fifo'
local FLOWS, HOLDERS, EPOCHS = line .. ':flows', line .. ':holders', line .. ':epochs'
local SLOTS = {line .. ':slots:1', line .. ':slots:2', line .. ':slots:3'}
local OWED = {line .. ':owed:1', line .. ':owed:2', line .. ':owed:3'}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Flows ------------------------------------------------------------------------------------------------

local function load(number)
  local state = redis.call('HGET', FLOWS, number)
  local class, start, cost, taken, count, user = string.match(state, '^(%d) (%S+) (%S+) (%d+) (%d+) (.*)$')
  return {
    number = number, class = tonumber(class), start = tonumber(start), cost = tonumber(cost),
    taken = tonumber(taken), count = tonumber(count), user = user,
  }
end

local function save(flow)
  redis.call('HSET', FLOWS, flow.number, string.format(
    '%d %.17g %.17g %d %d %s', flow.class, flow.start, flow.cost, flow.taken, flow.count, flow.user))
end

local function slot_member(flow, slot)
  return string.format('%012d:%09d', flow.number, slot)
end

local function next_slot(class)
  local found = redis.call('ZRANGE', SLOTS[class], 0, 0, 'WITHSCORES')
  if not found[1] then return nil end
  return tonumber(string.sub(found[1], 1, 12)), tonumber(found[2])
end

local function begin(class, user, weight, number)
  local start = tonumber(redis.call('ZSCORE', OWED[class], user) or 0)
  local next_number, at = next_slot(class)
  if next_number then start = math.max(start, at + load(next_number).cost / 2) end
  redis.call('HSET', FLOWS, 'u' .. class .. ':' .. user, number)
  return {
    number = number, class = class, start = start, taken = 0, count = 0, user = user,
    cost = 1 / math.min(math.max(weight, LEAST_WEIGHT), MOST_WEIGHT),
  }
end

-- Keep what a flow became after one of its calls left, and drop what makes no difference any more.
local function settle(flow)
  if flow.count > 0 then
    save(flow)
  else
    redis.call('HDEL', FLOWS, flow.number, 'u' .. flow.class .. ':' .. flow.user)
    if flow.taken > 0 then
      redis.call('ZADD', OWED[flow.class], flow.start + flow.taken * flow.cost, flow.user)
    end
  end
  local number, at = next_slot(flow.class)
  if number then
    redis.call('ZREMRANGEBYSCORE', OWED[flow.class], '-inf', at)
  else
    redis.call('DEL', OWED[flow.class])
    redis.call('HDEL', line, 'passed:' .. flow.class)
  end
end

-- The order --------------------------------------------------------------------------------------------

local function add(place, user, class, weight)
  local count = redis.call('HINCRBY', line, 'count', 1)
  local number = redis.call('HGET', FLOWS, 'u' .. class .. ':' .. user)
  local flow = number and load(tonumber(number)) or begin(class, user, weight, count)
  local slot = flow.taken + flow.count
  redis.call('ZADD', SLOTS[class], flow.start + slot * flow.cost, slot_member(flow, slot))
  flow.count = flow.count + 1
  save(flow)
  local member = string.format('%012d:%012d:%s', flow.number, count, place)
  redis.call('ZADD', FIFO, 0, member)
  redis.call('HSET', WAITING, place, member)
end

local function remove(place, member)
  local flow = load(tonumber(string.sub(member, 1, 12)))
  redis.call('ZREM', SLOTS[flow.class], slot_member(flow, flow.taken + flow.count - 1))
  redis.call('ZREM', FIFO, member)
  redis.call('HDEL', WAITING, place)
  flow.count = flow.count - 1
  settle(flow)
end

local function next_class()
  local chosen
  for class = 3, 1, -1 do
    if redis.call('EXISTS', SLOTS[class]) == 1 then
      local passed = tonumber(redis.call('HGET', line, 'passed:' .. class) or 0)
      if class > 1 and passed >= PASSED_OVER_AT_MOST[class] then
        chosen = class
        break
      end
      chosen = class
    end
  end
  return chosen
end

local function take()
  local class = next_class()
  if not class then return nil end
  redis.call('HDEL', line, 'passed:' .. class)
  for below = class + 1, 3 do
    if redis.call('EXISTS', SLOTS[below]) == 1 then redis.call('HINCRBY', line, 'passed:' .. below, 1) end
  end
  local popped = redis.call('ZPOPMIN', SLOTS[class])
  local flow = load(tonumber(string.sub(popped[1], 1, 12)))
  local first = string.format('%012d', flow.number)
  local member = redis.call('ZRANGEBYLEX', FIFO, '[' .. first .. ':', '(' .. first .. ';', 'LIMIT', 0, 1)[1]
  local place = string.sub(member, 27)
  redis.call('ZREM', FIFO, member)
  redis.call('HDEL', WAITING, place)
  flow.taken, flow.count = flow.taken + 1, flow.count - 1
  settle(flow)
  return place
end

-- 0: it runs. From 1: its place in the line. -1: nobody knows it.
local function position(place)
  local member = redis.call('HGET', WAITING, place)
  if not member then
    return redis.call('ZSCORE', RUNNING, place) and 0 or -1
  end
  local flow = load(tonumber(string.sub(member, 1, 12)))
  local index = redis.call('ZLEXCOUNT', FIFO, '[' .. string.sub(member, 1, 13), '(' .. member)
  local ahead = redis.call('ZRANK', SLOTS[flow.class], slot_member(flow, flow.taken + index))
  for class = 1, flow.class - 1 do ahead = ahead + redis.call('ZCARD', SLOTS[class]) end
  return ahead + 1
end

-- Places -----------------------------------------------------------------------------------------------

local function holder_of(place)
  return string.match(place, '^[^:]+')
end

local function has_room()
  local bound = redis.call('HGET', line, 'running')
  return not bound or bound == '' or redis.call('ZCARD', RUNNING) < tonumber(bound)
end

local function let_in()
  while has_room() do
    local place = take()
    if not place then return end
    redis.call('ZADD', RUNNING, now, place)
    redis.call('PUBLISH', channel .. holder_of(place), place)
  end
end

local function mean()
  return redis.call('HGET', line, 'mean') or ''
end

local function waiting_of(user)
  local waiting = 0
  for class = 1, 3 do
    local number = redis.call('HGET', FLOWS, 'u' .. class .. ':' .. user)
    if number then waiting = waiting + load(tonumber(number)).count end
  end
  return waiting
end

local function is_full(user)
  local bound = redis.call('HGET', line, 'most_waiting')
  if bound == '' then return false end
  local kept_back = waiting_of(user) > 0 and math.floor(bound / KEPT_BACK) or 0
  return redis.call('HLEN', WAITING) >= bound - kept_back
end

-- Servers ----------------------------------------------------------------------------------------------

-- What servers held that have not been heard of for the time of their lease goes back. Rare, so it may walk.
local function bury_the_dead()
  local dead = redis.call('ZRANGEBYSCORE', HOLDERS, '-inf', now, 'LIMIT', 0, DEAD_AT_ONCE)
  if #dead == 0 then return end
  local is_dead = {}
  for _, name in ipairs(dead) do
    is_dead[name] = true
    redis.call('ZREM', HOLDERS, name)
    redis.call('HDEL', EPOCHS, name)
  end
  for _, place in ipairs(redis.call('ZRANGE', RUNNING, 0, -1)) do
    if is_dead[holder_of(place)] then redis.call('ZREM', RUNNING, place) end
  end
  local waiting = redis.call('HGETALL', WAITING)
  for index = 1, #waiting, 2 do
    if is_dead[holder_of(waiting[index])] then remove(waiting[index], waiting[index + 1]) end
  end
end

local function keep_for_a_while()
  for _, key in ipairs({line, RUNNING, WAITING, FIFO, FLOWS, HOLDERS, EPOCHS}) do
    redis.call('PEXPIRE', key, KEPT_MS)
  end
  for class = 1, 3 do
    redis.call('PEXPIRE', SLOTS[class], KEPT_MS)
    redis.call('PEXPIRE', OWED[class], KEPT_MS)
  end
end

-- Deeds ------------------------------------------------------------------------------------------------

local deeds = {}

-- user, class, weight, bounds of running and waiting ('' = none), 'again' for one that was in before.
-- Returns the position (-1: refused), how many wait, the mean, how long the oldest has run.
function deeds.enter(place, user, class, weight, running, waiting, again)
  redis.call('HSET', line, 'running', running, 'most_waiting', waiting)
  let_in()
  local at = position(place)
  if at == -1 then
    if has_room() then
      redis.call('ZADD', RUNNING, now, place)
      at = 0
    elseif again ~= '' or not is_full(user) then
      add(place, user, tonumber(class), tonumber(weight))
      at = position(place)
    end
  end
  local oldest = redis.call('ZRANGE', RUNNING, 0, 0, 'WITHSCORES')[2] or now
  return {at, redis.call('HLEN', WAITING), mean(), now - oldest}
end

-- place, how long it ran in seconds. A place that nobody knows has left already.
function deeds.leave(place, seconds)
  if redis.call('ZREM', RUNNING, place) == 1 then
    local ended = redis.call('HINCRBY', line, 'ended', 1)
    local before = tonumber(redis.call('HGET', line, 'mean') or seconds)
    local after = before + (seconds - before) / math.min(ended, CALLS_REMEMBERED)
    redis.call('HSET', line, 'mean', string.format('%.17g', after))
  else
    local member = redis.call('HGET', WAITING, place)
    if member then remove(place, member) end
  end
  let_in()
  return {}
end

-- Places to look at. Returns the mean, the bound of running, and the position of each.
function deeds.look(...)
  local answer = {mean(), redis.call('HGET', line, 'running') or ''}
  let_in()
  for _, place in ipairs({...}) do answer[#answer + 1] = position(place) end
  return answer
end

-- Places that run, whatever the bound says: their server was thought dead, or Redis forgot.
function deeds.adopt(...)
  for _, place in ipairs({...}) do
    local member = redis.call('HGET', WAITING, place)
    if member then remove(place, member) end
    redis.call('ZADD', RUNNING, 'NX', now, place)
  end
  return {}
end

function deeds.state()
  return {redis.call('ZCARD', RUNNING), redis.call('HLEN', WAITING), mean()}
end

local last = tonumber(redis.call('HGET', EPOCHS, holder) or epoch)
if last > epoch then return redis.error_reply('STALE a newer connection of this server has spoken') end
local known = redis.call('ZSCORE', HOLDERS, holder) and 1 or 0
if deed ~= 'state' then
  redis.call('ZADD', HOLDERS, now + lease_ms, holder)
  redis.call('HSET', EPOCHS, holder, epoch)
end
bury_the_dead()
local answer = deeds[deed](unpack(ARGV, 6))
if deed ~= 'state' then keep_for_a_while() end
table.insert(answer, 1, known)
return answer
