-- Take finished entries off a stream.   KEYS stream sent   ARGV group position...
for i = 2, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
  if KEYS[2] then redis.call('HDEL', KEYS[2], ARGV[i]) end
end
return 1
