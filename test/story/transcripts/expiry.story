A message that outlives its time expires wherever it is kept, and who reads the next one is told that some are missing
before it.

The floor is the lowest number that its sender has not settled: what is below and did not arrive is not to come.

> show people, mail and floors
> a and b meet in a line
> a sends "stays" to c
    a       #1 to c: accepted
    a -> b  parcel from a to b: #1 from a to c (floor 1)
    b -> a  receipt from b to a: keeps a's #1
    a       #1 to c: stored
> a sends "too old" and "too old as well" to c, to live 10 s
    a       #2-3 to c: accepted
    a -> b  parcel from a to b: #2-3 from a to c (floor 1)
    b -> a  receipt from b to a: keeps a's #2-3
    a       #2-3 to c: stored
> a sends "stays too" to c
    a       #4 to c: accepted
    a -> b  parcel from a to b: #4 from a to c (floor 1)
    b -> a  receipt from b to a: keeps a's #4
    a       #4 to c: stored
> what is kept?
    a       keeps 4 of its own, 0 for others
    b       keeps 0 of its own, 4 for others

> wait 10 s
    a       #2-3 to c: expired: no receipt came within its time to live
    a -> b  receipt from a to b: a's #2-3 are settled
> what is kept?
    a       keeps 2 of its own, 0 for others
    b       keeps 0 of its own, 2 for others

When c appears it is sent #1 and #4. It cannot know yet that nothing comes between them; the floor of the repetition
tells.

> c starts, dials b
    c       is ready as 3
    c       sees a and b
    b       sees c
    a       sees c
    a -> b  #1 from a to c (64 hops left, floor 1)
    a -> b  #4 from a to c (64 hops left, floor 1)
    b -> c  #1 from a to c (63 hops left, floor 1)
    b -> c  #4 from a to c (63 hops left, floor 1)
    c       reads "stays", #1 from a
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
    a -> b  receipt from a to b: a's #1 is settled
> wait 2 s
    a -> b  #4 from a to c, again (64 hops left, floor 4)
    b -> c  #4 from a to c, again (63 hops left, floor 4)
    c       reads "stays too", #4 from a (2 missing before)
    c -> b  receipt from c to a: has a's #1-4
    b -> a  receipt from c to a: has a's #1-4
    a       #4 to c: delivered
    a -> b  receipt from a to b: a's #4 is settled
> what is kept?
