#!lua flags=allow-oom
-- Take the conversation that has waited longest and that nobody holds.
-- KEYS schedule leases attempts   ARGV token lease_ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)
if #due == 0 then return false end
redis.call('ZADD', KEYS[1], 'XX', now + ARGV[2], due[1])
redis.call('HSET', KEYS[2], due[1], ARGV[1])
return {due[1], redis.call('HINCRBY', KEYS[3], due[1], 1)}
