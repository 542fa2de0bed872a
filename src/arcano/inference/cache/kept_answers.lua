-- The cache of answers that servers share, each deed at one stroke. Asked by redis_store.py.
--
-- KEYS[1] is the prefix of all keys. ARGV: the deed, the time, how long answers are kept (both in microseconds),
-- the room in bytes, and what the deed needs.

local prefix = KEYS[1]
local deed, now, kept_for, max_bytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local used, kept, about, bytes = prefix .. ':used', prefix .. ':kept', prefix .. ':about', prefix .. ':bytes'
local function body_of(digest) return prefix .. ':body:' .. digest end
local function asked_by(person) return prefix .. ':of:' .. person end

local function drop(digest)
  local known = redis.call('HGET', about, digest)
  redis.call('DEL', body_of(digest))
  redis.call('ZREM', used, digest)
  redis.call('ZREM', kept, digest)
  if known then
    local size, person = known:match('^(%d+) (.*)$')
    redis.call('HDEL', about, digest)
    redis.call('SREM', asked_by(person), digest)
    redis.call('DECRBY', bytes, size)
  end
end

-- Redis may have let go of some of these keys by itself: then there is less to drop than was counted.
local function make_room()
  while tonumber(redis.call('GET', bytes) or '0') > max_bytes do
    local least = redis.call('ZRANGE', used, 0, 0)[1]
    if not least then
      redis.call('SET', bytes, 0)
      return
    end
    drop(least)
  end
end

if deed == 'get' then
  local digest = ARGV[5]
  local body, kept_at = redis.call('GET', body_of(digest)), redis.call('ZSCORE', kept, digest)
  local known = redis.call('HGET', about, digest)
  if not (body and kept_at and known) or tonumber(kept_at) <= now - kept_for then
    if body or kept_at or known then drop(digest) end
    return false
  end
  redis.call('ZADD', used, now, digest)
  local person = known:match('^%d+ (.*)$')
  return {body, kept_at, person}

elseif deed == 'put' then
  local digest, body, size, person, kept_at = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
  drop(digest)
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', kept, '-inf', now - kept_for, 'LIMIT', 0, 100)) do
    drop(old)
  end
  if tonumber(size) > max_bytes then return false end
  local lives = math.ceil(kept_for / 1000)
  redis.call('SET', body_of(digest), body, 'PX', lives)
  redis.call('HSET', about, digest, size .. ' ' .. person)
  redis.call('ZADD', used, now, digest)
  redis.call('ZADD', kept, kept_at, digest)
  redis.call('SADD', asked_by(person), digest)
  redis.call('INCRBY', bytes, size)
  make_room()
  for _, key in ipairs({used, kept, about, bytes, asked_by(person)}) do
    redis.call('PEXPIRE', key, lives + 60000)
  end
  return true

elseif deed == 'forget' then
  local person, at_once = ARGV[5], tonumber(ARGV[6])
  local gone
  if person == '' then
    gone = redis.call('ZRANGE', kept, 0, at_once - 1)
  else
    gone = redis.call('SRANDMEMBER', asked_by(person), at_once)
  end
  for _, digest in ipairs(gone) do drop(digest) end
  if person ~= '' and #gone > 0 then redis.call('SREM', asked_by(person), unpack(gone)) end
  return #gone

elseif deed == 'take' then
  -- Only its own holder takes a lease on: one who was away for too long ends nobody else's.
  local lease, holder, lives = prefix .. ':lease:' .. ARGV[5], ARGV[6], ARGV[7]
  local held_by = redis.call('GET', lease)
  if held_by and held_by ~= holder then return 0 end
  redis.call('SET', lease, holder, 'PX', lives)
  return 1

elseif deed == 'leave' then
  local lease, holder = prefix .. ':lease:' .. ARGV[5], ARGV[6]
  if redis.call('GET', lease) == holder then redis.call('DEL', lease) end
  return 1

elseif deed == 'sizes' then
  return {redis.call('ZCARD', kept), redis.call('GET', bytes) or '0'}
end
