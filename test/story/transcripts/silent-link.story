A link that carries nothing any more, and does not say so, is found by its pings within four seconds, and mail takes
another way.

> a, b and c meet in a ring
> show people, mail, links, topology and times
> silence a - c
> a sends "can you hear me?" to c
    0.0 s  a       #1 to c: accepted
    0.0 s  a -> c  #1 from a to c (64 hops left)

> wait 5 s
    0.4 s  a -> c  #1 from a to c, again (64 hops left)
    1.4 s  a -> c  #1 from a to c, again (64 hops left)
    3.4 s  a -> c  #1 from a to c, again (64 hops left)
    3.8 s  c -> a  Goodbye: silent for over 3000 ms
    3.8 s  c -> b  c's links: -a
    3.8 s  a -> c  Goodbye: silent for over 3000 ms
    3.8 s  a -> b  a's links: -c
    3.8 s  b -> a  c's links: -a
    3.8 s  b -> c  a's links: -c
    3.8 s  a -> b  #1 from a to c (64 hops left)
    3.8 s  b -> c  #1 from a to c (63 hops left)
    3.8 s  c       reads "can you hear me?", #1 from a
    3.8 s  c -> b  receipt from c to a: has a's #1
    3.8 s  b -> a  receipt from c to a: has a's #1
    3.8 s  a       #1 to c: delivered
> who sees whom?
    a       sees b and c
    b       sees a and c
    c       sees a and b
