#!lua flags=allow-oom
-- Hold a claim longer.   KEYS schedule leases   ARGV conversation token lease_ms
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], 'XX', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3], ARGV[1])
return 1
