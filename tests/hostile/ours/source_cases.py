match 1:
    case 0:
        pass
    case 1:
        pass
    case 2:
        pass
    case 3:
        pass
    case 4:
        pass
    case 5:
        pass
    case 6:
        pass
    case 7:
        pass
    case 8:
        pass
    case 9:
        pass
    case 10:
        pass
    case 11:
        pass
    case 12:
        pass
    case 13:
        pass
    case 14:
        pass
    case 15:
        pass
    case 16:
        pass
    case 17:
        pass
    case 18:
        pass
    case 19:
        pass
    case 20:
        pass
    case 21:
        pass
    case 22:
        pass
    case 23:
        pass
    case 24:
        pass
    case 25:
        pass
    case 26:
        pass
    case 27:
        pass
    case 28:
        pass
    case 29:
        pass
    case 30:
        pass
    case 31:
        pass
    case 32:
        pass
    case 33:
        pass
    case 34:
        pass
    case 35:
        pass
    case 36:
        pass
    case 37:
        pass
    case 38:
        pass
    case 39:
        pass
    case 40:
        pass
    case 41:
        pass
    case 42:
        pass
    case 43:
        pass
    case 44:
        pass
    case 45:
        pass
    case 46:
        pass
    case 47:
        pass
    case 48:
        pass
    case 49:
        pass
    case 50:
        pass
    case 51:
        pass
    case 52:
        pass
    case 53:
        pass
    case 54:
        pass
    case 55:
        pass
    case 56:
        pass
    case 57:
        pass
    case 58:
        pass
    case 59:
        pass
    case 60:
        pass
    case 61:
        pass
    case 62:
        pass
    case 63:
        pass
    case 64:
        pass
    case 65:
        pass
    case 66:
        pass
    case 67:
        pass
    case 68:
        pass
    case 69:
        pass
    case 70:
        pass
    case 71:
        pass
    case 72:
        pass
    case 73:
        pass
    case 74:
        pass
    case 75:
        pass
    case 76:
        pass
    case 77:
        pass
    case 78:
        pass
    case 79:
        pass
    case 80:
        pass
    case 81:
        pass
    case 82:
        pass
    case 83:
        pass
    case 84:
        pass
    case 85:
        pass
    case 86:
        pass
    case 87:
        pass
    case 88:
        pass
    case 89:
        pass
    case 90:
        pass
    case 91:
        pass
    case 92:
        pass
    case 93:
        pass
    case 94:
        pass
    case 95:
        pass
    case 96:
        pass
    case 97:
        pass
    case 98:
        pass
    case 99:
        pass
    case 100:
        pass
    case 101:
        pass
    case 102:
        pass
    case 103:
        pass
    case 104:
        pass
    case 105:
        pass
    case 106:
        pass
    case 107:
        pass
    case 108:
        pass
    case 109:
        pass
    case 110:
        pass
    case 111:
        pass
    case 112:
        pass
    case 113:
        pass
    case 114:
        pass
    case 115:
        pass
    case 116:
        pass
    case 117:
        pass
    case 118:
        pass
    case 119:
        pass
    case 120:
        pass
    case 121:
        pass
    case 122:
        pass
    case 123:
        pass
    case 124:
        pass
    case 125:
        pass
    case 126:
        pass
    case 127:
        pass
    case 128:
        pass
    case 129:
        pass
    case 130:
        pass
    case 131:
        pass
    case 132:
        pass
    case 133:
        pass
    case 134:
        pass
    case 135:
        pass
    case 136:
        pass
    case 137:
        pass
    case 138:
        pass
    case 139:
        pass
    case 140:
        pass
    case 141:
        pass
    case 142:
        pass
    case 143:
        pass
    case 144:
        pass
    case 145:
        pass
    case 146:
        pass
    case 147:
        pass
    case 148:
        pass
    case 149:
        pass
    case 150:
        pass
    case 151:
        pass
    case 152:
        pass
    case 153:
        pass
    case 154:
        pass
    case 155:
        pass
    case 156:
        pass
    case 157:
        pass
    case 158:
        pass
    case 159:
        pass
    case 160:
        pass
    case 161:
        pass
    case 162:
        pass
    case 163:
        pass
    case 164:
        pass
    case 165:
        pass
    case 166:
        pass
    case 167:
        pass
    case 168:
        pass
    case 169:
        pass
    case 170:
        pass
    case 171:
        pass
    case 172:
        pass
    case 173:
        pass
    case 174:
        pass
    case 175:
        pass
    case 176:
        pass
    case 177:
        pass
    case 178:
        pass
    case 179:
        pass
    case 180:
        pass
    case 181:
        pass
    case 182:
        pass
    case 183:
        pass
    case 184:
        pass
    case 185:
        pass
    case 186:
        pass
    case 187:
        pass
    case 188:
        pass
    case 189:
        pass
    case 190:
        pass
    case 191:
        pass
    case 192:
        pass
    case 193:
        pass
    case 194:
        pass
    case 195:
        pass
    case 196:
        pass
    case 197:
        pass
    case 198:
        pass
    case 199:
        pass
    case 200:
        pass
    case 201:
        pass
    case 202:
        pass
    case 203:
        pass
    case 204:
        pass
    case 205:
        pass
    case 206:
        pass
    case 207:
        pass
    case 208:
        pass
    case 209:
        pass
    case 210:
        pass
    case 211:
        pass
    case 212:
        pass
    case 213:
        pass
    case 214:
        pass
    case 215:
        pass
    case 216:
        pass
    case 217:
        pass
    case 218:
        pass
    case 219:
        pass
    case 220:
        pass
    case 221:
        pass
    case 222:
        pass
    case 223:
        pass
    case 224:
        pass
    case 225:
        pass
    case 226:
        pass
    case 227:
        pass
    case 228:
        pass
    case 229:
        pass
    case 230:
        pass
    case 231:
        pass
    case 232:
        pass
    case 233:
        pass
    case 234:
        pass
    case 235:
        pass
    case 236:
        pass
    case 237:
        pass
    case 238:
        pass
    case 239:
        pass
    case 240:
        pass
    case 241:
        pass
    case 242:
        pass
    case 243:
        pass
    case 244:
        pass
    case 245:
        pass
    case 246:
        pass
    case 247:
        pass
    case 248:
        pass
    case 249:
        pass
    case 250:
        pass
    case 251:
        pass
    case 252:
        pass
    case 253:
        pass
    case 254:
        pass
    case 255:
        pass
    case 256:
        pass
    case 257:
        pass
    case 258:
        pass
    case 259:
        pass
    case 260:
        pass
    case 261:
        pass
    case 262:
        pass
    case 263:
        pass
    case 264:
        pass
    case 265:
        pass
    case 266:
        pass
    case 267:
        pass
    case 268:
        pass
    case 269:
        pass
    case 270:
        pass
    case 271:
        pass
    case 272:
        pass
    case 273:
        pass
    case 274:
        pass
    case 275:
        pass
    case 276:
        pass
    case 277:
        pass
    case 278:
        pass
    case 279:
        pass
    case 280:
        pass
    case 281:
        pass
    case 282:
        pass
    case 283:
        pass
    case 284:
        pass
    case 285:
        pass
    case 286:
        pass
    case 287:
        pass
    case 288:
        pass
    case 289:
        pass
    case 290:
        pass
    case 291:
        pass
    case 292:
        pass
    case 293:
        pass
    case 294:
        pass
    case 295:
        pass
    case 296:
        pass
    case 297:
        pass
    case 298:
        pass
    case 299:
        pass
    case 300:
        pass
    case 301:
        pass
    case 302:
        pass
    case 303:
        pass
    case 304:
        pass
    case 305:
        pass
    case 306:
        pass
    case 307:
        pass
    case 308:
        pass
    case 309:
        pass
    case 310:
        pass
    case 311:
        pass
    case 312:
        pass
    case 313:
        pass
    case 314:
        pass
    case 315:
        pass
    case 316:
        pass
    case 317:
        pass
    case 318:
        pass
    case 319:
        pass
    case 320:
        pass
    case 321:
        pass
    case 322:
        pass
    case 323:
        pass
    case 324:
        pass
    case 325:
        pass
    case 326:
        pass
    case 327:
        pass
    case 328:
        pass
    case 329:
        pass
    case 330:
        pass
    case 331:
        pass
    case 332:
        pass
    case 333:
        pass
    case 334:
        pass
    case 335:
        pass
    case 336:
        pass
    case 337:
        pass
    case 338:
        pass
    case 339:
        pass
    case 340:
        pass
    case 341:
        pass
    case 342:
        pass
    case 343:
        pass
    case 344:
        pass
    case 345:
        pass
    case 346:
        pass
    case 347:
        pass
    case 348:
        pass
    case 349:
        pass
    case 350:
        pass
    case 351:
        pass
    case 352:
        pass
    case 353:
        pass
    case 354:
        pass
    case 355:
        pass
    case 356:
        pass
    case 357:
        pass
    case 358:
        pass
    case 359:
        pass
    case 360:
        pass
    case 361:
        pass
    case 362:
        pass
    case 363:
        pass
    case 364:
        pass
    case 365:
        pass
    case 366:
        pass
    case 367:
        pass
    case 368:
        pass
    case 369:
        pass
    case 370:
        pass
    case 371:
        pass
    case 372:
        pass
    case 373:
        pass
    case 374:
        pass
    case 375:
        pass
    case 376:
        pass
    case 377:
        pass
    case 378:
        pass
    case 379:
        pass
    case 380:
        pass
    case 381:
        pass
    case 382:
        pass
    case 383:
        pass
    case 384:
        pass
    case 385:
        pass
    case 386:
        pass
    case 387:
        pass
    case 388:
        pass
    case 389:
        pass
    case 390:
        pass
    case 391:
        pass
    case 392:
        pass
    case 393:
        pass
    case 394:
        pass
    case 395:
        pass
    case 396:
        pass
    case 397:
        pass
    case 398:
        pass
    case 399:
        pass
    case 400:
        pass
    case 401:
        pass
    case 402:
        pass
    case 403:
        pass
    case 404:
        pass
    case 405:
        pass
    case 406:
        pass
    case 407:
        pass
    case 408:
        pass
    case 409:
        pass
    case 410:
        pass
    case 411:
        pass
    case 412:
        pass
    case 413:
        pass
    case 414:
        pass
    case 415:
        pass
    case 416:
        pass
    case 417:
        pass
    case 418:
        pass
    case 419:
        pass
    case 420:
        pass
    case 421:
        pass
    case 422:
        pass
    case 423:
        pass
    case 424:
        pass
    case 425:
        pass
    case 426:
        pass
    case 427:
        pass
    case 428:
        pass
    case 429:
        pass
    case 430:
        pass
    case 431:
        pass
    case 432:
        pass
    case 433:
        pass
    case 434:
        pass
    case 435:
        pass
    case 436:
        pass
    case 437:
        pass
    case 438:
        pass
    case 439:
        pass
    case 440:
        pass
    case 441:
        pass
    case 442:
        pass
    case 443:
        pass
    case 444:
        pass
    case 445:
        pass
    case 446:
        pass
    case 447:
        pass
    case 448:
        pass
    case 449:
        pass
    case 450:
        pass
    case 451:
        pass
    case 452:
        pass
    case 453:
        pass
    case 454:
        pass
    case 455:
        pass
    case 456:
        pass
    case 457:
        pass
    case 458:
        pass
    case 459:
        pass
    case 460:
        pass
    case 461:
        pass
    case 462:
        pass
    case 463:
        pass
    case 464:
        pass
    case 465:
        pass
    case 466:
        pass
    case 467:
        pass
    case 468:
        pass
    case 469:
        pass
    case 470:
        pass
    case 471:
        pass
    case 472:
        pass
    case 473:
        pass
    case 474:
        pass
    case 475:
        pass
    case 476:
        pass
    case 477:
        pass
    case 478:
        pass
    case 479:
        pass
    case 480:
        pass
    case 481:
        pass
    case 482:
        pass
    case 483:
        pass
    case 484:
        pass
    case 485:
        pass
    case 486:
        pass
    case 487:
        pass
    case 488:
        pass
    case 489:
        pass
    case 490:
        pass
    case 491:
        pass
    case 492:
        pass
    case 493:
        pass
    case 494:
        pass
    case 495:
        pass
    case 496:
        pass
    case 497:
        pass
    case 498:
        pass
    case 499:
        pass
    case 500:
        pass
    case 501:
        pass
    case 502:
        pass
    case 503:
        pass
    case 504:
        pass
    case 505:
        pass
    case 506:
        pass
    case 507:
        pass
    case 508:
        pass
    case 509:
        pass
    case 510:
        pass
    case 511:
        pass
    case 512:
        pass
    case 513:
        pass
    case 514:
        pass
    case 515:
        pass
    case 516:
        pass
    case 517:
        pass
    case 518:
        pass
    case 519:
        pass
    case 520:
        pass
    case 521:
        pass
    case 522:
        pass
    case 523:
        pass
    case 524:
        pass
    case 525:
        pass
    case 526:
        pass
    case 527:
        pass
    case 528:
        pass
    case 529:
        pass
    case 530:
        pass
    case 531:
        pass
    case 532:
        pass
    case 533:
        pass
    case 534:
        pass
    case 535:
        pass
    case 536:
        pass
    case 537:
        pass
    case 538:
        pass
    case 539:
        pass
    case 540:
        pass
    case 541:
        pass
    case 542:
        pass
    case 543:
        pass
    case 544:
        pass
    case 545:
        pass
    case 546:
        pass
    case 547:
        pass
    case 548:
        pass
    case 549:
        pass
    case 550:
        pass
    case 551:
        pass
    case 552:
        pass
    case 553:
        pass
    case 554:
        pass
    case 555:
        pass
    case 556:
        pass
    case 557:
        pass
    case 558:
        pass
    case 559:
        pass
    case 560:
        pass
    case 561:
        pass
    case 562:
        pass
    case 563:
        pass
    case 564:
        pass
    case 565:
        pass
    case 566:
        pass
    case 567:
        pass
    case 568:
        pass
    case 569:
        pass
    case 570:
        pass
    case 571:
        pass
    case 572:
        pass
    case 573:
        pass
    case 574:
        pass
    case 575:
        pass
    case 576:
        pass
    case 577:
        pass
    case 578:
        pass
    case 579:
        pass
    case 580:
        pass
    case 581:
        pass
    case 582:
        pass
    case 583:
        pass
    case 584:
        pass
    case 585:
        pass
    case 586:
        pass
    case 587:
        pass
    case 588:
        pass
    case 589:
        pass
    case 590:
        pass
    case 591:
        pass
    case 592:
        pass
    case 593:
        pass
    case 594:
        pass
    case 595:
        pass
    case 596:
        pass
    case 597:
        pass
    case 598:
        pass
    case 599:
        pass
    case 600:
        pass
    case 601:
        pass
    case 602:
        pass
    case 603:
        pass
    case 604:
        pass
    case 605:
        pass
    case 606:
        pass
    case 607:
        pass
    case 608:
        pass
    case 609:
        pass
    case 610:
        pass
    case 611:
        pass
    case 612:
        pass
    case 613:
        pass
    case 614:
        pass
    case 615:
        pass
    case 616:
        pass
    case 617:
        pass
    case 618:
        pass
    case 619:
        pass
    case 620:
        pass
    case 621:
        pass
    case 622:
        pass
    case 623:
        pass
    case 624:
        pass
    case 625:
        pass
    case 626:
        pass
    case 627:
        pass
    case 628:
        pass
    case 629:
        pass
    case 630:
        pass
    case 631:
        pass
    case 632:
        pass
    case 633:
        pass
    case 634:
        pass
    case 635:
        pass
    case 636:
        pass
    case 637:
        pass
    case 638:
        pass
    case 639:
        pass
    case 640:
        pass
    case 641:
        pass
    case 642:
        pass
    case 643:
        pass
    case 644:
        pass
    case 645:
        pass
    case 646:
        pass
    case 647:
        pass
    case 648:
        pass
    case 649:
        pass
    case 650:
        pass
    case 651:
        pass
    case 652:
        pass
    case 653:
        pass
    case 654:
        pass
    case 655:
        pass
    case 656:
        pass
    case 657:
        pass
    case 658:
        pass
    case 659:
        pass
    case 660:
        pass
    case 661:
        pass
    case 662:
        pass
    case 663:
        pass
    case 664:
        pass
    case 665:
        pass
    case 666:
        pass
    case 667:
        pass
    case 668:
        pass
    case 669:
        pass
    case 670:
        pass
    case 671:
        pass
    case 672:
        pass
    case 673:
        pass
    case 674:
        pass
    case 675:
        pass
    case 676:
        pass
    case 677:
        pass
    case 678:
        pass
    case 679:
        pass
    case 680:
        pass
    case 681:
        pass
    case 682:
        pass
    case 683:
        pass
    case 684:
        pass
    case 685:
        pass
    case 686:
        pass
    case 687:
        pass
    case 688:
        pass
    case 689:
        pass
    case 690:
        pass
    case 691:
        pass
    case 692:
        pass
    case 693:
        pass
    case 694:
        pass
    case 695:
        pass
    case 696:
        pass
    case 697:
        pass
    case 698:
        pass
    case 699:
        pass
    case 700:
        pass
    case 701:
        pass
    case 702:
        pass
    case 703:
        pass
    case 704:
        pass
    case 705:
        pass
    case 706:
        pass
    case 707:
        pass
    case 708:
        pass
    case 709:
        pass
    case 710:
        pass
    case 711:
        pass
    case 712:
        pass
    case 713:
        pass
    case 714:
        pass
    case 715:
        pass
    case 716:
        pass
    case 717:
        pass
    case 718:
        pass
    case 719:
        pass
    case 720:
        pass
    case 721:
        pass
    case 722:
        pass
    case 723:
        pass
    case 724:
        pass
    case 725:
        pass
    case 726:
        pass
    case 727:
        pass
    case 728:
        pass
    case 729:
        pass
    case 730:
        pass
    case 731:
        pass
    case 732:
        pass
    case 733:
        pass
    case 734:
        pass
    case 735:
        pass
    case 736:
        pass
    case 737:
        pass
    case 738:
        pass
    case 739:
        pass
    case 740:
        pass
    case 741:
        pass
    case 742:
        pass
    case 743:
        pass
    case 744:
        pass
    case 745:
        pass
    case 746:
        pass
    case 747:
        pass
    case 748:
        pass
    case 749:
        pass
    case 750:
        pass
    case 751:
        pass
    case 752:
        pass
    case 753:
        pass
    case 754:
        pass
    case 755:
        pass
    case 756:
        pass
    case 757:
        pass
    case 758:
        pass
    case 759:
        pass
    case 760:
        pass
    case 761:
        pass
    case 762:
        pass
    case 763:
        pass
    case 764:
        pass
    case 765:
        pass
    case 766:
        pass
    case 767:
        pass
    case 768:
        pass
    case 769:
        pass
    case 770:
        pass
    case 771:
        pass
    case 772:
        pass
    case 773:
        pass
    case 774:
        pass
    case 775:
        pass
    case 776:
        pass
    case 777:
        pass
    case 778:
        pass
    case 779:
        pass
    case 780:
        pass
    case 781:
        pass
    case 782:
        pass
    case 783:
        pass
    case 784:
        pass
    case 785:
        pass
    case 786:
        pass
    case 787:
        pass
    case 788:
        pass
    case 789:
        pass
    case 790:
        pass
    case 791:
        pass
    case 792:
        pass
    case 793:
        pass
    case 794:
        pass
    case 795:
        pass
    case 796:
        pass
    case 797:
        pass
    case 798:
        pass
    case 799:
        pass
    case 800:
        pass
    case 801:
        pass
    case 802:
        pass
    case 803:
        pass
    case 804:
        pass
    case 805:
        pass
    case 806:
        pass
    case 807:
        pass
    case 808:
        pass
    case 809:
        pass
    case 810:
        pass
    case 811:
        pass
    case 812:
        pass
    case 813:
        pass
    case 814:
        pass
    case 815:
        pass
    case 816:
        pass
    case 817:
        pass
    case 818:
        pass
    case 819:
        pass
    case 820:
        pass
    case 821:
        pass
    case 822:
        pass
    case 823:
        pass
    case 824:
        pass
    case 825:
        pass
    case 826:
        pass
    case 827:
        pass
    case 828:
        pass
    case 829:
        pass
    case 830:
        pass
    case 831:
        pass
    case 832:
        pass
    case 833:
        pass
    case 834:
        pass
    case 835:
        pass
    case 836:
        pass
    case 837:
        pass
    case 838:
        pass
    case 839:
        pass
    case 840:
        pass
    case 841:
        pass
    case 842:
        pass
    case 843:
        pass
    case 844:
        pass
    case 845:
        pass
    case 846:
        pass
    case 847:
        pass
    case 848:
        pass
    case 849:
        pass
    case 850:
        pass
    case 851:
        pass
    case 852:
        pass
    case 853:
        pass
    case 854:
        pass
    case 855:
        pass
    case 856:
        pass
    case 857:
        pass
    case 858:
        pass
    case 859:
        pass
    case 860:
        pass
    case 861:
        pass
    case 862:
        pass
    case 863:
        pass
    case 864:
        pass
    case 865:
        pass
    case 866:
        pass
    case 867:
        pass
    case 868:
        pass
    case 869:
        pass
    case 870:
        pass
    case 871:
        pass
    case 872:
        pass
    case 873:
        pass
    case 874:
        pass
    case 875:
        pass
    case 876:
        pass
    case 877:
        pass
    case 878:
        pass
    case 879:
        pass
    case 880:
        pass
    case 881:
        pass
    case 882:
        pass
    case 883:
        pass
    case 884:
        pass
    case 885:
        pass
    case 886:
        pass
    case 887:
        pass
    case 888:
        pass
    case 889:
        pass
    case 890:
        pass
    case 891:
        pass
    case 892:
        pass
    case 893:
        pass
    case 894:
        pass
    case 895:
        pass
    case 896:
        pass
    case 897:
        pass
    case 898:
        pass
    case 899:
        pass
    case 900:
        pass
    case 901:
        pass
    case 902:
        pass
    case 903:
        pass
    case 904:
        pass
    case 905:
        pass
    case 906:
        pass
    case 907:
        pass
    case 908:
        pass
    case 909:
        pass
    case 910:
        pass
    case 911:
        pass
    case 912:
        pass
    case 913:
        pass
    case 914:
        pass
    case 915:
        pass
    case 916:
        pass
    case 917:
        pass
    case 918:
        pass
    case 919:
        pass
    case 920:
        pass
    case 921:
        pass
    case 922:
        pass
    case 923:
        pass
    case 924:
        pass
    case 925:
        pass
    case 926:
        pass
    case 927:
        pass
    case 928:
        pass
    case 929:
        pass
    case 930:
        pass
    case 931:
        pass
    case 932:
        pass
    case 933:
        pass
    case 934:
        pass
    case 935:
        pass
    case 936:
        pass
    case 937:
        pass
    case 938:
        pass
    case 939:
        pass
    case 940:
        pass
    case 941:
        pass
    case 942:
        pass
    case 943:
        pass
    case 944:
        pass
    case 945:
        pass
    case 946:
        pass
    case 947:
        pass
    case 948:
        pass
    case 949:
        pass
    case 950:
        pass
    case 951:
        pass
    case 952:
        pass
    case 953:
        pass
    case 954:
        pass
    case 955:
        pass
    case 956:
        pass
    case 957:
        pass
    case 958:
        pass
    case 959:
        pass
    case 960:
        pass
    case 961:
        pass
    case 962:
        pass
    case 963:
        pass
    case 964:
        pass
    case 965:
        pass
    case 966:
        pass
    case 967:
        pass
    case 968:
        pass
    case 969:
        pass
    case 970:
        pass
    case 971:
        pass
    case 972:
        pass
    case 973:
        pass
    case 974:
        pass
    case 975:
        pass
    case 976:
        pass
    case 977:
        pass
    case 978:
        pass
    case 979:
        pass
    case 980:
        pass
    case 981:
        pass
    case 982:
        pass
    case 983:
        pass
    case 984:
        pass
    case 985:
        pass
    case 986:
        pass
    case 987:
        pass
    case 988:
        pass
    case 989:
        pass
    case 990:
        pass
    case 991:
        pass
    case 992:
        pass
    case 993:
        pass
    case 994:
        pass
    case 995:
        pass
    case 996:
        pass
    case 997:
        pass
    case 998:
        pass
    case 999:
        pass
    case 1000:
        pass
    case 1001:
        pass
    case 1002:
        pass
    case 1003:
        pass
    case 1004:
        pass
    case 1005:
        pass
    case 1006:
        pass
    case 1007:
        pass
    case 1008:
        pass
    case 1009:
        pass
    case 1010:
        pass
    case 1011:
        pass
    case 1012:
        pass
    case 1013:
        pass
    case 1014:
        pass
    case 1015:
        pass
    case 1016:
        pass
    case 1017:
        pass
    case 1018:
        pass
    case 1019:
        pass
    case 1020:
        pass
    case 1021:
        pass
    case 1022:
        pass
    case 1023:
        pass
    case 1024:
        pass
    case 1025:
        pass
    case 1026:
        pass
    case 1027:
        pass
    case 1028:
        pass
    case 1029:
        pass
    case 1030:
        pass
    case 1031:
        pass
    case 1032:
        pass
    case 1033:
        pass
    case 1034:
        pass
    case 1035:
        pass
    case 1036:
        pass
    case 1037:
        pass
    case 1038:
        pass
    case 1039:
        pass
    case 1040:
        pass
    case 1041:
        pass
    case 1042:
        pass
    case 1043:
        pass
    case 1044:
        pass
    case 1045:
        pass
    case 1046:
        pass
    case 1047:
        pass
    case 1048:
        pass
    case 1049:
        pass
    case 1050:
        pass
    case 1051:
        pass
    case 1052:
        pass
    case 1053:
        pass
    case 1054:
        pass
    case 1055:
        pass
    case 1056:
        pass
    case 1057:
        pass
    case 1058:
        pass
    case 1059:
        pass
    case 1060:
        pass
    case 1061:
        pass
    case 1062:
        pass
    case 1063:
        pass
    case 1064:
        pass
    case 1065:
        pass
    case 1066:
        pass
    case 1067:
        pass
    case 1068:
        pass
    case 1069:
        pass
    case 1070:
        pass
    case 1071:
        pass
    case 1072:
        pass
    case 1073:
        pass
    case 1074:
        pass
    case 1075:
        pass
    case 1076:
        pass
    case 1077:
        pass
    case 1078:
        pass
    case 1079:
        pass
    case 1080:
        pass
    case 1081:
        pass
    case 1082:
        pass
    case 1083:
        pass
    case 1084:
        pass
    case 1085:
        pass
    case 1086:
        pass
    case 1087:
        pass
    case 1088:
        pass
    case 1089:
        pass
    case 1090:
        pass
    case 1091:
        pass
    case 1092:
        pass
    case 1093:
        pass
    case 1094:
        pass
    case 1095:
        pass
    case 1096:
        pass
    case 1097:
        pass
    case 1098:
        pass
    case 1099:
        pass
    case 1100:
        pass
    case 1101:
        pass
    case 1102:
        pass
    case 1103:
        pass
    case 1104:
        pass
    case 1105:
        pass
    case 1106:
        pass
    case 1107:
        pass
    case 1108:
        pass
    case 1109:
        pass
    case 1110:
        pass
    case 1111:
        pass
    case 1112:
        pass
    case 1113:
        pass
    case 1114:
        pass
    case 1115:
        pass
    case 1116:
        pass
    case 1117:
        pass
    case 1118:
        pass
    case 1119:
        pass
    case 1120:
        pass
    case 1121:
        pass
    case 1122:
        pass
    case 1123:
        pass
    case 1124:
        pass
    case 1125:
        pass
    case 1126:
        pass
    case 1127:
        pass
    case 1128:
        pass
    case 1129:
        pass
    case 1130:
        pass
    case 1131:
        pass
    case 1132:
        pass
    case 1133:
        pass
    case 1134:
        pass
    case 1135:
        pass
    case 1136:
        pass
    case 1137:
        pass
    case 1138:
        pass
    case 1139:
        pass
    case 1140:
        pass
    case 1141:
        pass
    case 1142:
        pass
    case 1143:
        pass
    case 1144:
        pass
    case 1145:
        pass
    case 1146:
        pass
    case 1147:
        pass
    case 1148:
        pass
    case 1149:
        pass
    case 1150:
        pass
    case 1151:
        pass
    case 1152:
        pass
    case 1153:
        pass
    case 1154:
        pass
    case 1155:
        pass
    case 1156:
        pass
    case 1157:
        pass
    case 1158:
        pass
    case 1159:
        pass
    case 1160:
        pass
    case 1161:
        pass
    case 1162:
        pass
    case 1163:
        pass
    case 1164:
        pass
    case 1165:
        pass
    case 1166:
        pass
    case 1167:
        pass
    case 1168:
        pass
    case 1169:
        pass
    case 1170:
        pass
    case 1171:
        pass
    case 1172:
        pass
    case 1173:
        pass
    case 1174:
        pass
    case 1175:
        pass
    case 1176:
        pass
    case 1177:
        pass
    case 1178:
        pass
    case 1179:
        pass
    case 1180:
        pass
    case 1181:
        pass
    case 1182:
        pass
    case 1183:
        pass
    case 1184:
        pass
    case 1185:
        pass
    case 1186:
        pass
    case 1187:
        pass
    case 1188:
        pass
    case 1189:
        pass
    case 1190:
        pass
    case 1191:
        pass
    case 1192:
        pass
    case 1193:
        pass
    case 1194:
        pass
    case 1195:
        pass
    case 1196:
        pass
    case 1197:
        pass
    case 1198:
        pass
    case 1199:
        pass
    case 1200:
        pass
    case 1201:
        pass
    case 1202:
        pass
    case 1203:
        pass
    case 1204:
        pass
    case 1205:
        pass
    case 1206:
        pass
    case 1207:
        pass
    case 1208:
        pass
    case 1209:
        pass
    case 1210:
        pass
    case 1211:
        pass
    case 1212:
        pass
    case 1213:
        pass
    case 1214:
        pass
    case 1215:
        pass
    case 1216:
        pass
    case 1217:
        pass
    case 1218:
        pass
    case 1219:
        pass
    case 1220:
        pass
    case 1221:
        pass
    case 1222:
        pass
    case 1223:
        pass
    case 1224:
        pass
    case 1225:
        pass
    case 1226:
        pass
    case 1227:
        pass
    case 1228:
        pass
    case 1229:
        pass
    case 1230:
        pass
    case 1231:
        pass
    case 1232:
        pass
    case 1233:
        pass
    case 1234:
        pass
    case 1235:
        pass
    case 1236:
        pass
    case 1237:
        pass
    case 1238:
        pass
    case 1239:
        pass
    case 1240:
        pass
    case 1241:
        pass
    case 1242:
        pass
    case 1243:
        pass
    case 1244:
        pass
    case 1245:
        pass
    case 1246:
        pass
    case 1247:
        pass
    case 1248:
        pass
    case 1249:
        pass
    case 1250:
        pass
    case 1251:
        pass
    case 1252:
        pass
    case 1253:
        pass
    case 1254:
        pass
    case 1255:
        pass
    case 1256:
        pass
    case 1257:
        pass
    case 1258:
        pass
    case 1259:
        pass
    case 1260:
        pass
    case 1261:
        pass
    case 1262:
        pass
    case 1263:
        pass
    case 1264:
        pass
    case 1265:
        pass
    case 1266:
        pass
    case 1267:
        pass
    case 1268:
        pass
    case 1269:
        pass
    case 1270:
        pass
    case 1271:
        pass
    case 1272:
        pass
    case 1273:
        pass
    case 1274:
        pass
    case 1275:
        pass
    case 1276:
        pass
    case 1277:
        pass
    case 1278:
        pass
    case 1279:
        pass
    case 1280:
        pass
    case 1281:
        pass
    case 1282:
        pass
    case 1283:
        pass
    case 1284:
        pass
    case 1285:
        pass
    case 1286:
        pass
    case 1287:
        pass
    case 1288:
        pass
    case 1289:
        pass
    case 1290:
        pass
    case 1291:
        pass
    case 1292:
        pass
    case 1293:
        pass
    case 1294:
        pass
    case 1295:
        pass
    case 1296:
        pass
    case 1297:
        pass
    case 1298:
        pass
    case 1299:
        pass
    case 1300:
        pass
    case 1301:
        pass
    case 1302:
        pass
    case 1303:
        pass
    case 1304:
        pass
    case 1305:
        pass
    case 1306:
        pass
    case 1307:
        pass
    case 1308:
        pass
    case 1309:
        pass
    case 1310:
        pass
    case 1311:
        pass
    case 1312:
        pass
    case 1313:
        pass
    case 1314:
        pass
    case 1315:
        pass
    case 1316:
        pass
    case 1317:
        pass
    case 1318:
        pass
    case 1319:
        pass
    case 1320:
        pass
    case 1321:
        pass
    case 1322:
        pass
    case 1323:
        pass
    case 1324:
        pass
    case 1325:
        pass
    case 1326:
        pass
    case 1327:
        pass
    case 1328:
        pass
    case 1329:
        pass
    case 1330:
        pass
    case 1331:
        pass
    case 1332:
        pass
    case 1333:
        pass
    case 1334:
        pass
    case 1335:
        pass
    case 1336:
        pass
    case 1337:
        pass
    case 1338:
        pass
    case 1339:
        pass
    case 1340:
        pass
    case 1341:
        pass
    case 1342:
        pass
    case 1343:
        pass
    case 1344:
        pass
    case 1345:
        pass
    case 1346:
        pass
    case 1347:
        pass
    case 1348:
        pass
    case 1349:
        pass
    case 1350:
        pass
    case 1351:
        pass
    case 1352:
        pass
    case 1353:
        pass
    case 1354:
        pass
    case 1355:
        pass
    case 1356:
        pass
    case 1357:
        pass
    case 1358:
        pass
    case 1359:
        pass
    case 1360:
        pass
    case 1361:
        pass
    case 1362:
        pass
    case 1363:
        pass
    case 1364:
        pass
    case 1365:
        pass
    case 1366:
        pass
    case 1367:
        pass
    case 1368:
        pass
    case 1369:
        pass
    case 1370:
        pass
    case 1371:
        pass
    case 1372:
        pass
    case 1373:
        pass
    case 1374:
        pass
    case 1375:
        pass
    case 1376:
        pass
    case 1377:
        pass
    case 1378:
        pass
    case 1379:
        pass
    case 1380:
        pass
    case 1381:
        pass
    case 1382:
        pass
    case 1383:
        pass
    case 1384:
        pass
    case 1385:
        pass
    case 1386:
        pass
    case 1387:
        pass
    case 1388:
        pass
    case 1389:
        pass
    case 1390:
        pass
    case 1391:
        pass
    case 1392:
        pass
    case 1393:
        pass
    case 1394:
        pass
    case 1395:
        pass
    case 1396:
        pass
    case 1397:
        pass
    case 1398:
        pass
    case 1399:
        pass
    case 1400:
        pass
    case 1401:
        pass
    case 1402:
        pass
    case 1403:
        pass
    case 1404:
        pass
    case 1405:
        pass
    case 1406:
        pass
    case 1407:
        pass
    case 1408:
        pass
    case 1409:
        pass
    case 1410:
        pass
    case 1411:
        pass
    case 1412:
        pass
    case 1413:
        pass
    case 1414:
        pass
    case 1415:
        pass
    case 1416:
        pass
    case 1417:
        pass
    case 1418:
        pass
    case 1419:
        pass
    case 1420:
        pass
    case 1421:
        pass
    case 1422:
        pass
    case 1423:
        pass
    case 1424:
        pass
    case 1425:
        pass
    case 1426:
        pass
    case 1427:
        pass
    case 1428:
        pass
    case 1429:
        pass
    case 1430:
        pass
    case 1431:
        pass
    case 1432:
        pass
    case 1433:
        pass
    case 1434:
        pass
    case 1435:
        pass
    case 1436:
        pass
    case 1437:
        pass
    case 1438:
        pass
    case 1439:
        pass
    case 1440:
        pass
    case 1441:
        pass
    case 1442:
        pass
    case 1443:
        pass
    case 1444:
        pass
    case 1445:
        pass
    case 1446:
        pass
    case 1447:
        pass
    case 1448:
        pass
    case 1449:
        pass
    case 1450:
        pass
    case 1451:
        pass
    case 1452:
        pass
    case 1453:
        pass
    case 1454:
        pass
    case 1455:
        pass
    case 1456:
        pass
    case 1457:
        pass
    case 1458:
        pass
    case 1459:
        pass
    case 1460:
        pass
    case 1461:
        pass
    case 1462:
        pass
    case 1463:
        pass
    case 1464:
        pass
    case 1465:
        pass
    case 1466:
        pass
    case 1467:
        pass
    case 1468:
        pass
    case 1469:
        pass
    case 1470:
        pass
    case 1471:
        pass
    case 1472:
        pass
    case 1473:
        pass
    case 1474:
        pass
    case 1475:
        pass
    case 1476:
        pass
    case 1477:
        pass
    case 1478:
        pass
    case 1479:
        pass
    case 1480:
        pass
    case 1481:
        pass
    case 1482:
        pass
    case 1483:
        pass
    case 1484:
        pass
    case 1485:
        pass
    case 1486:
        pass
    case 1487:
        pass
    case 1488:
        pass
    case 1489:
        pass
    case 1490:
        pass
    case 1491:
        pass
    case 1492:
        pass
    case 1493:
        pass
    case 1494:
        pass
    case 1495:
        pass
    case 1496:
        pass
    case 1497:
        pass
    case 1498:
        pass
    case 1499:
        pass
    case 1500:
        pass
    case 1501:
        pass
    case 1502:
        pass
    case 1503:
        pass
    case 1504:
        pass
    case 1505:
        pass
    case 1506:
        pass
    case 1507:
        pass
    case 1508:
        pass
    case 1509:
        pass
    case 1510:
        pass
    case 1511:
        pass
    case 1512:
        pass
    case 1513:
        pass
    case 1514:
        pass
    case 1515:
        pass
    case 1516:
        pass
    case 1517:
        pass
    case 1518:
        pass
    case 1519:
        pass
    case 1520:
        pass
    case 1521:
        pass
    case 1522:
        pass
    case 1523:
        pass
    case 1524:
        pass
    case 1525:
        pass
    case 1526:
        pass
    case 1527:
        pass
    case 1528:
        pass
    case 1529:
        pass
    case 1530:
        pass
    case 1531:
        pass
    case 1532:
        pass
    case 1533:
        pass
    case 1534:
        pass
    case 1535:
        pass
    case 1536:
        pass
    case 1537:
        pass
    case 1538:
        pass
    case 1539:
        pass
    case 1540:
        pass
    case 1541:
        pass
    case 1542:
        pass
    case 1543:
        pass
    case 1544:
        pass
    case 1545:
        pass
    case 1546:
        pass
    case 1547:
        pass
    case 1548:
        pass
    case 1549:
        pass
    case 1550:
        pass
    case 1551:
        pass
    case 1552:
        pass
    case 1553:
        pass
    case 1554:
        pass
    case 1555:
        pass
    case 1556:
        pass
    case 1557:
        pass
    case 1558:
        pass
    case 1559:
        pass
    case 1560:
        pass
    case 1561:
        pass
    case 1562:
        pass
    case 1563:
        pass
    case 1564:
        pass
    case 1565:
        pass
    case 1566:
        pass
    case 1567:
        pass
    case 1568:
        pass
    case 1569:
        pass
    case 1570:
        pass
    case 1571:
        pass
    case 1572:
        pass
    case 1573:
        pass
    case 1574:
        pass
    case 1575:
        pass
    case 1576:
        pass
    case 1577:
        pass
    case 1578:
        pass
    case 1579:
        pass
    case 1580:
        pass
    case 1581:
        pass
    case 1582:
        pass
    case 1583:
        pass
    case 1584:
        pass
    case 1585:
        pass
    case 1586:
        pass
    case 1587:
        pass
    case 1588:
        pass
    case 1589:
        pass
    case 1590:
        pass
    case 1591:
        pass
    case 1592:
        pass
    case 1593:
        pass
    case 1594:
        pass
    case 1595:
        pass
    case 1596:
        pass
    case 1597:
        pass
    case 1598:
        pass
    case 1599:
        pass
    case 1600:
        pass
    case 1601:
        pass
    case 1602:
        pass
    case 1603:
        pass
    case 1604:
        pass
    case 1605:
        pass
    case 1606:
        pass
    case 1607:
        pass
    case 1608:
        pass
    case 1609:
        pass
    case 1610:
        pass
    case 1611:
        pass
    case 1612:
        pass
    case 1613:
        pass
    case 1614:
        pass
    case 1615:
        pass
    case 1616:
        pass
    case 1617:
        pass
    case 1618:
        pass
    case 1619:
        pass
    case 1620:
        pass
    case 1621:
        pass
    case 1622:
        pass
    case 1623:
        pass
    case 1624:
        pass
    case 1625:
        pass
    case 1626:
        pass
    case 1627:
        pass
    case 1628:
        pass
    case 1629:
        pass
    case 1630:
        pass
    case 1631:
        pass
    case 1632:
        pass
    case 1633:
        pass
    case 1634:
        pass
    case 1635:
        pass
    case 1636:
        pass
    case 1637:
        pass
    case 1638:
        pass
    case 1639:
        pass
    case 1640:
        pass
    case 1641:
        pass
    case 1642:
        pass
    case 1643:
        pass
    case 1644:
        pass
    case 1645:
        pass
    case 1646:
        pass
    case 1647:
        pass
    case 1648:
        pass
    case 1649:
        pass
    case 1650:
        pass
    case 1651:
        pass
    case 1652:
        pass
    case 1653:
        pass
    case 1654:
        pass
    case 1655:
        pass
    case 1656:
        pass
    case 1657:
        pass
    case 1658:
        pass
    case 1659:
        pass
    case 1660:
        pass
    case 1661:
        pass
    case 1662:
        pass
    case 1663:
        pass
    case 1664:
        pass
    case 1665:
        pass
    case 1666:
        pass
    case 1667:
        pass
    case 1668:
        pass
    case 1669:
        pass
    case 1670:
        pass
    case 1671:
        pass
    case 1672:
        pass
    case 1673:
        pass
    case 1674:
        pass
    case 1675:
        pass
    case 1676:
        pass
    case 1677:
        pass
    case 1678:
        pass
    case 1679:
        pass
    case 1680:
        pass
    case 1681:
        pass
    case 1682:
        pass
    case 1683:
        pass
    case 1684:
        pass
    case 1685:
        pass
    case 1686:
        pass
    case 1687:
        pass
    case 1688:
        pass
    case 1689:
        pass
    case 1690:
        pass
    case 1691:
        pass
    case 1692:
        pass
    case 1693:
        pass
    case 1694:
        pass
    case 1695:
        pass
    case 1696:
        pass
    case 1697:
        pass
    case 1698:
        pass
    case 1699:
        pass
    case 1700:
        pass
    case 1701:
        pass
    case 1702:
        pass
    case 1703:
        pass
    case 1704:
        pass
    case 1705:
        pass
    case 1706:
        pass
    case 1707:
        pass
    case 1708:
        pass
    case 1709:
        pass
    case 1710:
        pass
    case 1711:
        pass
    case 1712:
        pass
    case 1713:
        pass
    case 1714:
        pass
    case 1715:
        pass
    case 1716:
        pass
    case 1717:
        pass
    case 1718:
        pass
    case 1719:
        pass
    case 1720:
        pass
    case 1721:
        pass
    case 1722:
        pass
    case 1723:
        pass
    case 1724:
        pass
    case 1725:
        pass
    case 1726:
        pass
    case 1727:
        pass
    case 1728:
        pass
    case 1729:
        pass
    case 1730:
        pass
    case 1731:
        pass
    case 1732:
        pass
    case 1733:
        pass
    case 1734:
        pass
    case 1735:
        pass
    case 1736:
        pass
    case 1737:
        pass
    case 1738:
        pass
    case 1739:
        pass
    case 1740:
        pass
    case 1741:
        pass
    case 1742:
        pass
    case 1743:
        pass
    case 1744:
        pass
    case 1745:
        pass
    case 1746:
        pass
    case 1747:
        pass
    case 1748:
        pass
    case 1749:
        pass
    case 1750:
        pass
    case 1751:
        pass
    case 1752:
        pass
    case 1753:
        pass
    case 1754:
        pass
    case 1755:
        pass
    case 1756:
        pass
    case 1757:
        pass
    case 1758:
        pass
    case 1759:
        pass
    case 1760:
        pass
    case 1761:
        pass
    case 1762:
        pass
    case 1763:
        pass
    case 1764:
        pass
    case 1765:
        pass
    case 1766:
        pass
    case 1767:
        pass
    case 1768:
        pass
    case 1769:
        pass
    case 1770:
        pass
    case 1771:
        pass
    case 1772:
        pass
    case 1773:
        pass
    case 1774:
        pass
    case 1775:
        pass
    case 1776:
        pass
    case 1777:
        pass
    case 1778:
        pass
    case 1779:
        pass
    case 1780:
        pass
    case 1781:
        pass
    case 1782:
        pass
    case 1783:
        pass
    case 1784:
        pass
    case 1785:
        pass
    case 1786:
        pass
    case 1787:
        pass
    case 1788:
        pass
    case 1789:
        pass
    case 1790:
        pass
    case 1791:
        pass
    case 1792:
        pass
    case 1793:
        pass
    case 1794:
        pass
    case 1795:
        pass
    case 1796:
        pass
    case 1797:
        pass
    case 1798:
        pass
    case 1799:
        pass
    case 1800:
        pass
    case 1801:
        pass
    case 1802:
        pass
    case 1803:
        pass
    case 1804:
        pass
    case 1805:
        pass
    case 1806:
        pass
    case 1807:
        pass
    case 1808:
        pass
    case 1809:
        pass
    case 1810:
        pass
    case 1811:
        pass
    case 1812:
        pass
    case 1813:
        pass
    case 1814:
        pass
    case 1815:
        pass
    case 1816:
        pass
    case 1817:
        pass
    case 1818:
        pass
    case 1819:
        pass
    case 1820:
        pass
    case 1821:
        pass
    case 1822:
        pass
    case 1823:
        pass
    case 1824:
        pass
    case 1825:
        pass
    case 1826:
        pass
    case 1827:
        pass
    case 1828:
        pass
    case 1829:
        pass
    case 1830:
        pass
    case 1831:
        pass
    case 1832:
        pass
    case 1833:
        pass
    case 1834:
        pass
    case 1835:
        pass
    case 1836:
        pass
    case 1837:
        pass
    case 1838:
        pass
    case 1839:
        pass
    case 1840:
        pass
    case 1841:
        pass
    case 1842:
        pass
    case 1843:
        pass
    case 1844:
        pass
    case 1845:
        pass
    case 1846:
        pass
    case 1847:
        pass
    case 1848:
        pass
    case 1849:
        pass
    case 1850:
        pass
    case 1851:
        pass
    case 1852:
        pass
    case 1853:
        pass
    case 1854:
        pass
    case 1855:
        pass
    case 1856:
        pass
    case 1857:
        pass
    case 1858:
        pass
    case 1859:
        pass
    case 1860:
        pass
    case 1861:
        pass
    case 1862:
        pass
    case 1863:
        pass
    case 1864:
        pass
    case 1865:
        pass
    case 1866:
        pass
    case 1867:
        pass
    case 1868:
        pass
    case 1869:
        pass
    case 1870:
        pass
    case 1871:
        pass
    case 1872:
        pass
    case 1873:
        pass
    case 1874:
        pass
    case 1875:
        pass
    case 1876:
        pass
    case 1877:
        pass
    case 1878:
        pass
    case 1879:
        pass
    case 1880:
        pass
    case 1881:
        pass
    case 1882:
        pass
    case 1883:
        pass
    case 1884:
        pass
    case 1885:
        pass
    case 1886:
        pass
    case 1887:
        pass
    case 1888:
        pass
    case 1889:
        pass
    case 1890:
        pass
    case 1891:
        pass
    case 1892:
        pass
    case 1893:
        pass
    case 1894:
        pass
    case 1895:
        pass
    case 1896:
        pass
    case 1897:
        pass
    case 1898:
        pass
    case 1899:
        pass
    case 1900:
        pass
    case 1901:
        pass
    case 1902:
        pass
    case 1903:
        pass
    case 1904:
        pass
    case 1905:
        pass
    case 1906:
        pass
    case 1907:
        pass
    case 1908:
        pass
    case 1909:
        pass
    case 1910:
        pass
    case 1911:
        pass
    case 1912:
        pass
    case 1913:
        pass
    case 1914:
        pass
    case 1915:
        pass
    case 1916:
        pass
    case 1917:
        pass
    case 1918:
        pass
    case 1919:
        pass
    case 1920:
        pass
    case 1921:
        pass
    case 1922:
        pass
    case 1923:
        pass
    case 1924:
        pass
    case 1925:
        pass
    case 1926:
        pass
    case 1927:
        pass
    case 1928:
        pass
    case 1929:
        pass
    case 1930:
        pass
    case 1931:
        pass
    case 1932:
        pass
    case 1933:
        pass
    case 1934:
        pass
    case 1935:
        pass
    case 1936:
        pass
    case 1937:
        pass
    case 1938:
        pass
    case 1939:
        pass
    case 1940:
        pass
    case 1941:
        pass
    case 1942:
        pass
    case 1943:
        pass
    case 1944:
        pass
    case 1945:
        pass
    case 1946:
        pass
    case 1947:
        pass
    case 1948:
        pass
    case 1949:
        pass
    case 1950:
        pass
    case 1951:
        pass
    case 1952:
        pass
    case 1953:
        pass
    case 1954:
        pass
    case 1955:
        pass
    case 1956:
        pass
    case 1957:
        pass
    case 1958:
        pass
    case 1959:
        pass
    case 1960:
        pass
    case 1961:
        pass
    case 1962:
        pass
    case 1963:
        pass
    case 1964:
        pass
    case 1965:
        pass
    case 1966:
        pass
    case 1967:
        pass
    case 1968:
        pass
    case 1969:
        pass
    case 1970:
        pass
    case 1971:
        pass
    case 1972:
        pass
    case 1973:
        pass
    case 1974:
        pass
    case 1975:
        pass
    case 1976:
        pass
    case 1977:
        pass
    case 1978:
        pass
    case 1979:
        pass
    case 1980:
        pass
    case 1981:
        pass
    case 1982:
        pass
    case 1983:
        pass
    case 1984:
        pass
    case 1985:
        pass
    case 1986:
        pass
    case 1987:
        pass
    case 1988:
        pass
    case 1989:
        pass
    case 1990:
        pass
    case 1991:
        pass
    case 1992:
        pass
    case 1993:
        pass
    case 1994:
        pass
    case 1995:
        pass
    case 1996:
        pass
    case 1997:
        pass
    case 1998:
        pass
    case 1999:
        pass
