A leaf asks its neighbour where peers are, forwards nothing, and is told of nobody it has nothing to do with.

> show people, mail and topology
> a, b and c meet in a line
> d starts, dials b, as a leaf
    d       is ready as 4
    d -> b  advert: d is 4, linked with b
    b -> d  says: b, who is 2, is here
    b -> a  b's links: +d
    b -> c  b's links: +d
    b -> a  advert: d is 4, linked with b
    b -> c  advert: d is 4, linked with b
    b       sees d
    d       sees b
    a       sees d
    c       sees d

It is there for everybody, and knows its neighbour alone. Now it writes to somebody it has never heard of: it asks where
that is, and is told again whenever that changes.

> d sends "hello" to c
    d -> b  asks where 3 is
    d       #1 to c: accepted
    b -> d  says: c, who is 3, is there (1 hop)
    d       sees c
    d -> b  #1 from d to c (64 hops left)
    b -> c  #1 from d to c (63 hops left)
    c       reads "hello", #1 from d
    c -> b  receipt from c to d: has d's #1
    b -> d  receipt from c to d: has d's #1
    d       #1 to c: delivered

Who writes to it is introduced by its neighbour, so that the receipt finds its way.

> a sends "welcome" to d
    a       #1 to d: accepted
    a -> b  #1 from a to d (64 hops left)
    b -> d  says: a, who is 1, is there (1 hop)
    b -> d  #1 from a to d (63 hops left)
    d       reads "welcome", #1 from a
    d -> b  receipt from d to a: has a's #1
    b -> a  receipt from d to a: has a's #1
    a       #1 to d: delivered
    d       sees a
> who sees whom?
    a       sees b, c and d
    b       sees a, c and d
    c       sees a, b and d
    d       sees a, b and c

Somebody who is away is asked for as well. What is for them is kept where the leaf is attached, and goes out when they come.

> d sends "later" to e
    d -> b  asks where 5 is
    d       #1 to e: accepted
    b -> d  says: nobody is 5
    d -> b  parcel from d to b: #1 from d to e
    b -> d  receipt from b to d: keeps d's #1
    d       #1 to e: stored
> what is kept?
    b       keeps 0 of its own, 1 for others
    d       keeps 1 of its own, 0 for others
> e starts, dials c
    e       is ready as 5
    e -> c  advert: e is 5, linked with nobody
    e -> c  knows of e
    c -> e  advert: c is 3, linked with b
    c -> e  knows of a, b, c and d
    c -> b  advert: e is 5, linked with nobody
    c -> e  c's links: +e
    c -> b  c's links: +e
    c -> e  advert: b is 2, linked with a, c and d
    c -> e  advert: a is 1, linked with b
    c -> e  advert: d is 4, linked with b
    e -> c  e's links: +c
    b -> a  advert: e is 5, linked with nobody
    c -> b  e's links: +c
    b -> a  c's links: +e
    b -> a  e's links: +c
    e       sees a, b, c and d
    c       sees e
    b       sees e
    b -> d  says: e, who is 5, is there (2 hops)
    a       sees e
    d       sees e
    d -> b  #1 from d to e (64 hops left)
    b -> c  #1 from d to e (63 hops left)
    c -> e  #1 from d to e (62 hops left)
    e       reads "later", #1 from d
    e -> c  receipt from e to d: has d's #1
    c -> b  receipt from e to d: has d's #1
    b -> d  receipt from e to d: has d's #1
    d       #1 to e: delivered
    d -> b  receipt from d to b: d's #1 is settled
> what is kept?

When a peer comes or goes that it has nothing to do with, it hears nothing of that.

> f starts, dials a
    f       is ready as 6
    f -> a  advert: f is 6, linked with nobody
    f -> a  knows of f
    a -> f  advert: a is 1, linked with b
    a -> f  knows of a, b, c, d and e
    a -> b  advert: f is 6, linked with nobody
    a -> f  a's links: +f
    a -> b  a's links: +f
    a -> f  advert: b is 2, linked with a, c and d
    a -> f  advert: c is 3, linked with b and e
    a -> f  advert: d is 4, linked with b
    a -> f  advert: e is 5, linked with c
    f -> a  f's links: +a
    b -> c  advert: f is 6, linked with nobody
    a -> b  f's links: +a
    b -> c  a's links: +f
    c -> e  advert: f is 6, linked with nobody
    b -> c  f's links: +a
    c -> e  a's links: +f
    c -> e  f's links: +a
    f       sees a, b, c, d and e
    a       sees f
    b       sees f
    c       sees f
    e       sees f
> c leaves
    c -> b  advert: c has left
    c -> e  advert: c has left
    c       has left
    b -> a  advert: c has left
    b -> a  b's links: -c
    a -> f  advert: c has left
    a -> f  b's links: -c
    b       sees c and e no more
    b -> d  says: c is nobody, e, who is 5, is away
    e       sees a, b, c, d and f no more
    a       sees c and e no more
    f       sees c and e no more
    d       sees c and e no more
