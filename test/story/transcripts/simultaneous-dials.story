Two peers that dial each other at one instant keep one link of the two.

> a starts
    a       is ready as 1
> b starts
    b       is ready as 2
> show people and links

Both links come up. Both sides keep the same one, dialled by the peer whose key comes first, and say goodbye on the
other.

> a dials b; b dials a
    a -> b  Hello: is 1
    b -> a  Hello: is 2
    b -> a  Welcome: is 2, grants the id
    a -> b  Welcome: is 1, grants the id
    a -> b  Confirm: the link is up
    b -> a  Confirm: the link is up
    b -> a  Goodbye: there is another link between the two peers
    a -> b  Goodbye: there is another link between the two peers
    a       sees b
    b       sees a

> wait 20 s
> show people and mail
> a sends "one link is enough" to b
    a       #1 to b: accepted
    a -> b  #1 from a to b (64 hops left)
    b       reads "one link is enough", #1 from a
    b -> a  receipt from b to a: has a's #1
    a       #1 to b: delivered
