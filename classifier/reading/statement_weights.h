// Weights of statement_traits.h. Written by bench/train_statements.cc; not by hand.
#pragma once

#include <array>
#include <cstdint>

namespace mcprisk::classifier::fitted {

struct StatementWeight {
    std::uint16_t index;
    float weight;
};

// By category, Read first.
inline constexpr std::array<float, 5> kLeastScores{0, 3.00F, 2.75F, 0.25F, 1.50F};
inline constexpr std::array<StatementWeight, 934> kStatementWeights{{
    {0, 0.099F},  // constant
    {1, -0.044F},  // category=Write
    {2, -0.143F},  // category=Execute
    {3, 0.020F},  // category=Destructive
    {4, -0.067F},  // category=Financial
    {8, 0.128F},  // effect=create
    {9, -0.437F},  // effect=change
    {10, -0.070F},  // effect=remove
    {11, 0.039F},  // effect=restore
    {12, -0.240F},  // effect=move
    {13, 0.188F},  // effect=send
    {14, -0.189F},  // effect=publish
    {15, -0.446F},  // effect=grant
    {16, -0.408F},  // effect=run
    {17, -0.122F},  // effect=control
    {18, -0.037F},  // effect=pay
    {20, -0.181F},  // effect=store
    {21, 0.054F},  // effect=export
    {22, -0.159F},  // effect=session
    {23, -0.061F},  // effect=relation
    {25, 0.718F},  // so-far=nothing
    {26, -0.164F},  // so-far=Read
    {27, -0.056F},  // so-far=Write
    {28, -0.287F},  // so-far=Execute
    {31, -0.398F},  // lead=start
    {32, -0.197F},  // lead=item
    {33, 0.086F},  // lead=joined
    {34, 0.123F},  // lead=self
    {35, 0.036F},  // lead=thing
    {36, 0.065F},  // lead=participle
    {37, 0.083F},  // lead=noun
    {38, -0.103F},  // lead=purpose
    {39, 0.010F},  // lead=script
    {40, -0.082F},  // lead=loose
    {41, 0.078F},  // voice=active
    {42, 0.036F},  // voice=passive
    {43, 0.083F},  // voice=noun
    {44, 0.663F},  // mode=does
    {45, -0.041F},  // mode=can
    {46, -0.103F},  // mode=purpose
    {47, -0.584F},  // mode=mention
    {48, 0.084F},  // actor=tool
    {53, 0.084F},  // negated=no
    {56, -0.411F},  // sure=1
    {57, -0.143F},  // sure=2
    {58, 0.192F},  // sure=3
    {59, 0.231F},  // also-noun=no
    {60, -0.294F},  // also-noun=yes
    {61, -0.143F},  // several=no
    {62, 0.553F},  // several=yes
    {63, 0.073F},  // foreign=no
    {64, -0.119F},  // foreign=yes
    {65, 0.062F},  // conditional=no
    {66, 0.053F},  // conditional=yes
    {67, -0.162F},  // happens=no
    {68, 0.233F},  // happens=yes
    {69, -0.089F},  // definite=no
    {70, 0.338F},  // definite=yes
    {72, -0.028F},  // place=title
    {73, 0.205F},  // place=description
    {74, -0.568F},  // place=parameter
    {77, 0.167F},  // place=switch
    {78, -0.351F},  // sentence=0
    {79, 0.272F},  // sentence=1
    {80, -0.196F},  // sentence=2
    {81, -0.565F},  // sentence=3+
    {82, 0.140F},  // form=noun
    {83, 0.174F},  // form=base
    {84, -0.106F},  // form=third
    {85, -0.250F},  // form=gerund
    {86, -0.155F},  // form=past
    {87, -0.246F},  // text-form=none
    {88, -0.053F},  // text-form=base
    {91, -0.211F},  // before=none
    {92, -0.101F},  // before=comma
    {93, 0.318F},  // before=conjunction
    {94, -0.190F},  // before=self
    {95, -0.080F},  // before=other
    {96, -0.198F},  // before=reader
    {97, -0.023F},  // before=will
    {98, -0.230F},  // before=may
    {99, -0.067F},  // before=must
    {100, -0.134F},  // before=denial
    {101, 0.041F},  // before=to
    {102, 0.237F},  // before=be
    {103, -0.608F},  // before=be-bare
    {104, -0.086F},  // before=be-before
    {105, 0.253F},  // before=relative
    {106, -0.180F},  // before=condition
    {107, 0.257F},  // before=pointer
    {108, -0.466F},  // before=of
    {109, -0.154F},  // before=by
    {110, -0.382F},  // before=preposition
    {111, -0.124F},  // before=number
    {112, -0.081F},  // before=serves
    {113, -0.411F},  // before=verb
    {114, -0.312F},  // before=joint
    {115, 0.030F},  // before=word
    {116, -0.279F},  // after=none
    {117, -0.219F},  // after=comma
    {118, -0.152F},  // after=conjunction
    {119, -0.243F},  // after=self
    {120, -0.268F},  // after=other
    {121, 0.085F},  // after=reader
    {123, 0.044F},  // after=may
    {124, -0.039F},  // after=must
    {125, -0.150F},  // after=denial
    {126, 0.157F},  // after=to
    {127, 0.250F},  // after=be
    {128, -0.075F},  // after=be-bare
    {129, -0.022F},  // after=be-before
    {130, 0.047F},  // after=relative
    {131, -0.270F},  // after=condition
    {132, 0.069F},  // after=pointer
    {134, -0.183F},  // after=by
    {135, 0.022F},  // after=preposition
    {136, -0.045F},  // after=number
    {137, 0.352F},  // after=serves
    {138, -0.183F},  // after=verb
    {139, -0.356F},  // after=joint
    {140, -0.347F},  // after=word
    {141, -0.118F},  // words-before=0
    {142, -0.323F},  // words-before=1
    {143, -0.108F},  // words-before=2-3
    {144, -0.231F},  // words-before=4-7
    {145, 0.011F},  // words-before=8+
    {146, -0.116F},  // object=none
    {147, 0.397F},  // object=pronoun
    {148, -0.463F},  // object=same
    {149, 0.143F},  // object=original
    {150, -0.142F},  // object=idea
    {151, -0.163F},  // object=kept
    {152, -0.338F},  // object=derived
    {153, -0.341F},  // object=unknown
    {154, -0.044F},  // pair=verb
    {155, -0.012F},  // pair=pair
    {156, 0.427F},  // pair=strong-pair
    {157, 0.050F},  // pair=umbrella
    {158, 0.546F},  // main=none
    {159, -0.213F},  // main=rehearse
    {160, 0.435F},  // main=compute
    {161, -0.351F},  // main=move
    {162, -0.320F},  // main=other
    {163, 0.718F},  // lead-score=0
    {164, 0.402F},  // lead-score=low
    {165, 0.162F},  // lead-score=plain
    {166, -0.895F},  // lead-score=high
    {167, 0.116F},  // denial-before=no
    {168, -0.160F},  // denial-before=yes
    {169, 0.018F},  // denial-after=no
    {170, -0.044F},  // denial-after=yes
    {171, -0.096F},  // reader-before=no
    {172, 0.292F},  // reader-before=yes
    {173, 0.040F},  // reader-after=no
    {174, 0.095F},  // reader-after=yes
    {175, 0.217F},  // others-before=no
    {176, -0.782F},  // others-before=yes
    {177, 0.141F},  // must-before=no
    {178, -0.385F},  // must-before=yes
    {179, 0.150F},  // may-before=no
    {180, -0.407F},  // may-before=yes
    {181, 0.204F},  // condition-before=no
    {182, -0.234F},  // condition-before=yes
    {183, 0.048F},  // condition-after=no
    {184, -0.115F},  // condition-after=yes
    {185, 0.053F},  // relative-before=no
    {186, -0.055F},  // relative-before=yes
    {187, 0.189F},  // self-before=no
    {188, -0.185F},  // self-before=yes
    {189, 0.091F},  // past-before=no
    {190, -0.184F},  // past-before=yes
    {191, 0.149F},  // will-before=no
    {192, -0.385F},  // will-before=yes
    {193, 0.156F},  // identifier=no
    {194, -0.225F},  // identifier=yes
    {195, 0.029F},  // quoted=no
    {196, -0.014F},  // quoted=yes
    {197, 0.088F},  // colon-before=no
    {198, -0.030F},  // colon-before=yes
    {199, 0.011F},  // heading-before=no
    {200, 0.283F},  // heading-before=yes
    {201, -0.053F},  // money-after=no
    {202, 0.087F},  // money-after=yes
    {203, 0.286F},  // by-after=no
    {204, -0.760F},  // by-after=yes
    {205, 0.089F},  // preposition-before=no
    {206, -0.254F},  // preposition-before=yes
    {207, 0.086F},  // other-verb=no
    {208, -0.091F},  // other-verb=yes
    {209, 0.136F},  // bracketed=no
    {210, -0.463F},  // bracketed=yes
    {211, -0.157F},  // item=no
    {212, 0.449F},  // item=yes
    {213, -0.192F},  // event-word=no
    {214, 0.327F},  // event-word=yes
    {215, 0.019F},  // for-good=no
    {216, 0.433F},  // for-good=yes
    {217, 0.041F},  // enumerated=no
    {218, 0.070F},  // enumerated=yes
    {219, -0.045F},  // gerund-before=no
    {220, 0.059F},  // gerund-before=yes
    {221, 0.255F},  // capital=no
    {222, -0.692F},  // capital=yes
    {223, -0.107F},  // category=Write lead=start
    {224, -0.157F},  // category=Write lead=item
    {225, 0.098F},  // category=Write lead=joined
    {226, 0.077F},  // category=Write lead=self
    {227, -0.038F},  // category=Write lead=thing
    {228, 0.045F},  // category=Write lead=participle
    {232, -0.058F},  // category=Write lead=loose
    {233, -0.075F},  // category=Execute lead=start
    {234, -0.053F},  // category=Execute lead=item
    {235, -0.046F},  // category=Execute lead=joined
    {236, -0.037F},  // category=Execute lead=self
    {237, -0.034F},  // category=Execute lead=thing
    {240, -0.038F},  // category=Execute lead=purpose
    {242, 0.176F},  // category=Execute lead=loose
    {243, 0.080F},  // category=Destructive lead=start
    {244, 0.133F},  // category=Destructive lead=item
    {246, -0.028F},  // category=Destructive lead=self
    {247, 0.033F},  // category=Destructive lead=thing
    {249, 0.037F},  // category=Destructive lead=noun
    {250, -0.024F},  // category=Destructive lead=purpose
    {251, 0.019F},  // category=Destructive lead=script
    {252, -0.213F},  // category=Destructive lead=loose
    {253, -0.107F},  // category=Financial lead=start
    {256, 0.041F},  // category=Financial lead=self
    {257, 0.078F},  // category=Financial lead=thing
    {260, 0.046F},  // category=Financial lead=purpose
    {261, 0.018F},  // category=Financial lead=script
    {262, -0.114F},  // category=Financial lead=loose
    {263, 0.019F},  // category=Write voice=active
    {264, -0.038F},  // category=Write voice=passive
    {267, -0.034F},  // category=Execute voice=passive
    {269, -0.080F},  // category=Destructive voice=active
    {270, 0.033F},  // category=Destructive voice=passive
    {271, 0.037F},  // category=Destructive voice=noun
    {272, -0.114F},  // category=Financial voice=active
    {273, 0.078F},  // category=Financial voice=passive
    {275, -0.150F},  // category=Write before=none
    {276, -0.069F},  // category=Write before=comma
    {277, 0.199F},  // category=Write before=conjunction
    {278, -0.027F},  // category=Write before=self
    {280, -0.023F},  // category=Write before=reader
    {282, -0.050F},  // category=Write before=may
    {284, 0.235F},  // category=Write before=denial
    {285, -0.070F},  // category=Write before=to
    {286, -0.045F},  // category=Write before=be
    {287, -0.059F},  // category=Write before=be-bare
    {288, 0.012F},  // category=Write before=be-before
    {289, 0.032F},  // category=Write before=relative
    {290, -0.096F},  // category=Write before=condition
    {291, 0.253F},  // category=Write before=pointer
    {292, -0.084F},  // category=Write before=of
    {293, -0.071F},  // category=Write before=by
    {294, 0.030F},  // category=Write before=preposition
    {295, -0.026F},  // category=Write before=number
    {296, -0.023F},  // category=Write before=serves
    {297, -0.258F},  // category=Write before=verb
    {300, -0.057F},  // category=Execute before=none
    {301, 0.182F},  // category=Execute before=comma
    {302, -0.118F},  // category=Execute before=conjunction
    {303, -0.014F},  // category=Execute before=self
    {305, -0.043F},  // category=Execute before=reader
    {307, -0.011F},  // category=Execute before=may
    {309, -0.078F},  // category=Execute before=denial
    {310, 0.041F},  // category=Execute before=to
    {311, 0.039F},  // category=Execute before=be
    {312, -0.032F},  // category=Execute before=be-bare
    {313, -0.067F},  // category=Execute before=be-before
    {314, 0.022F},  // category=Execute before=relative
    {315, -0.030F},  // category=Execute before=condition
    {316, -0.069F},  // category=Execute before=pointer
    {318, 0.011F},  // category=Execute before=by
    {320, -0.026F},  // category=Execute before=number
    {322, 0.029F},  // category=Execute before=verb
    {323, 0.036F},  // category=Execute before=joint
    {324, 0.077F},  // category=Execute before=word
    {325, 0.190F},  // category=Destructive before=none
    {326, -0.092F},  // category=Destructive before=comma
    {327, 0.135F},  // category=Destructive before=conjunction
    {328, -0.028F},  // category=Destructive before=self
    {329, -0.011F},  // category=Destructive before=other
    {333, -0.026F},  // category=Destructive before=must
    {334, -0.157F},  // category=Destructive before=denial
    {335, -0.098F},  // category=Destructive before=to
    {336, 0.126F},  // category=Destructive before=be
    {337, -0.131F},  // category=Destructive before=be-bare
    {338, -0.041F},  // category=Destructive before=be-before
    {339, 0.088F},  // category=Destructive before=relative
    {340, 0.074F},  // category=Destructive before=condition
    {341, -0.050F},  // category=Destructive before=pointer
    {342, -0.021F},  // category=Destructive before=of
    {344, -0.091F},  // category=Destructive before=preposition
    {347, 0.174F},  // category=Destructive before=verb
    {348, -0.090F},  // category=Destructive before=joint
    {349, 0.069F},  // category=Destructive before=word
    {350, -0.138F},  // category=Financial before=none
    {351, -0.119F},  // category=Financial before=comma
    {352, 0.029F},  // category=Financial before=conjunction
    {353, 0.011F},  // category=Financial before=self
    {360, 0.231F},  // category=Financial before=to
    {362, -0.020F},  // category=Financial before=be-bare
    {363, 0.080F},  // category=Financial before=be-before
    {366, 0.109F},  // category=Financial before=pointer
    {367, -0.050F},  // category=Financial before=of
    {369, -0.016F},  // category=Financial before=preposition
    {373, -0.027F},  // category=Financial before=joint
    {374, -0.076F},  // category=Financial before=word
    {375, -0.026F},  // category=Write after=none
    {376, -0.040F},  // category=Write after=comma
    {377, 0.095F},  // category=Write after=conjunction
    {378, 0.096F},  // category=Write after=self
    {379, -0.033F},  // category=Write after=other
    {380, 0.042F},  // category=Write after=reader
    {382, -0.012F},  // category=Write after=may
    {384, -0.062F},  // category=Write after=denial
    {385, -0.071F},  // category=Write after=to
    {386, 0.012F},  // category=Write after=be
    {388, -0.011F},  // category=Write after=be-before
    {389, 0.155F},  // category=Write after=relative
    {390, -0.123F},  // category=Write after=condition
    {391, 0.187F},  // category=Write after=pointer
    {392, 0.085F},  // category=Write after=of
    {393, -0.024F},  // category=Write after=by
    {394, -0.389F},  // category=Write after=preposition
    {395, -0.045F},  // category=Write after=number
    {396, -0.016F},  // category=Write after=serves
    {397, 0.076F},  // category=Write after=verb
    {398, -0.167F},  // category=Write after=joint
    {399, -0.195F},  // category=Write after=word
    {400, -0.101F},  // category=Execute after=none
    {401, 0.184F},  // category=Execute after=comma
    {402, -0.058F},  // category=Execute after=conjunction
    {403, -0.149F},  // category=Execute after=self
    {404, -0.045F},  // category=Execute after=other
    {407, 0.031F},  // category=Execute after=may
    {410, 0.158F},  // category=Execute after=to
    {411, 0.011F},  // category=Execute after=be
    {412, -0.026F},  // category=Execute after=be-bare
    {414, -0.074F},  // category=Execute after=relative
    {415, -0.059F},  // category=Execute after=condition
    {416, -0.102F},  // category=Execute after=pointer
    {417, -0.076F},  // category=Execute after=of
    {418, -0.045F},  // category=Execute after=by
    {419, -0.041F},  // category=Execute after=preposition
    {420, -0.025F},  // category=Execute after=number
    {422, 0.120F},  // category=Execute after=verb
    {423, 0.031F},  // category=Execute after=joint
    {424, 0.146F},  // category=Execute after=word
    {425, -0.063F},  // category=Destructive after=none
    {426, -0.119F},  // category=Destructive after=comma
    {427, -0.039F},  // category=Destructive after=conjunction
    {428, -0.031F},  // category=Destructive after=self
    {435, 0.054F},  // category=Destructive after=to
    {436, 0.123F},  // category=Destructive after=be
    {439, -0.046F},  // category=Destructive after=relative
    {440, 0.100F},  // category=Destructive after=condition
    {441, 0.028F},  // category=Destructive after=pointer
    {442, 0.014F},  // category=Destructive after=of
    {443, -0.052F},  // category=Destructive after=by
    {444, 0.189F},  // category=Destructive after=preposition
    {445, 0.026F},  // category=Destructive after=number
    {447, -0.162F},  // category=Destructive after=verb
    {448, 0.045F},  // category=Destructive after=joint
    {449, 0.035F},  // category=Destructive after=word
    {450, -0.023F},  // category=Financial after=none
    {451, -0.057F},  // category=Financial after=comma
    {452, -0.033F},  // category=Financial after=conjunction
    {460, -0.013F},  // category=Financial after=to
    {465, -0.017F},  // category=Financial after=condition
    {466, -0.087F},  // category=Financial after=pointer
    {468, 0.070F},  // category=Financial after=by
    {469, 0.245F},  // category=Financial after=preposition
    {471, 0.161F},  // category=Financial after=serves
    {472, -0.117F},  // category=Financial after=verb
    {473, -0.033F},  // category=Financial after=joint
    {474, -0.079F},  // category=Financial after=word
    {475, 0.017F},  // category=Write form=noun
    {476, -0.010F},  // category=Write form=base
    {477, -0.143F},  // category=Write form=third
    {478, 0.163F},  // category=Write form=gerund
    {479, -0.198F},  // category=Write form=past
    {481, 0.057F},  // category=Execute form=base
    {482, -0.172F},  // category=Execute form=third
    {483, -0.020F},  // category=Execute form=gerund
    {484, 0.051F},  // category=Execute form=past
    {485, 0.012F},  // category=Destructive form=noun
    {486, -0.055F},  // category=Destructive form=base
    {487, 0.164F},  // category=Destructive form=third
    {488, -0.118F},  // category=Destructive form=gerund
    {490, 0.018F},  // category=Financial form=noun
    {491, 0.029F},  // category=Financial form=base
    {493, -0.130F},  // category=Financial form=gerund
    {494, 0.036F},  // category=Financial form=past
    {496, -0.022F},  // category=Write place=title
    {497, -0.013F},  // category=Write place=description
    {498, -0.033F},  // category=Write place=parameter
    {501, 0.034F},  // category=Write place=switch
    {503, -0.018F},  // category=Execute place=title
    {504, 0.158F},  // category=Execute place=description
    {505, -0.198F},  // category=Execute place=parameter
    {508, -0.020F},  // category=Execute place=switch
    {510, 0.067F},  // category=Destructive place=title
    {511, -0.045F},  // category=Destructive place=description
    {512, 0.040F},  // category=Destructive place=parameter
    {515, 0.033F},  // category=Destructive place=switch
    {518, -0.025F},  // category=Financial place=description
    {519, -0.031F},  // category=Financial place=parameter
    {522, 0.026F},  // category=Financial place=switch
    {524, -0.076F},  // category=Write sure=1
    {525, -0.023F},  // category=Write sure=2
    {526, -0.166F},  // category=Write sure=3
    {528, -0.077F},  // category=Execute sure=1
    {529, -0.213F},  // category=Execute sure=2
    {530, 0.239F},  // category=Execute sure=3
    {532, -0.097F},  // category=Destructive sure=1
    {533, 0.261F},  // category=Destructive sure=2
    {534, -0.112F},  // category=Destructive sure=3
    {537, -0.294F},  // category=Financial sure=2
    {538, 0.231F},  // category=Financial sure=3
    {539, -0.025F},  // category=Write object=none
    {540, 0.267F},  // category=Write object=pronoun
    {541, -0.188F},  // category=Write object=same
    {544, -0.047F},  // category=Write object=kept
    {545, -0.175F},  // category=Write object=derived
    {546, -0.253F},  // category=Write object=unknown
    {547, -0.173F},  // category=Execute object=none
    {548, -0.096F},  // category=Execute object=pronoun
    {549, -0.089F},  // category=Execute object=same
    {552, 0.120F},  // category=Execute object=kept
    {553, 0.020F},  // category=Execute object=derived
    {554, 0.126F},  // category=Execute object=unknown
    {555, 0.025F},  // category=Destructive object=none
    {556, -0.062F},  // category=Destructive object=pronoun
    {557, 0.224F},  // category=Destructive object=same
    {558, 0.048F},  // category=Destructive object=original
    {559, -0.043F},  // category=Destructive object=idea
    {560, -0.131F},  // category=Destructive object=kept
    {561, 0.061F},  // category=Destructive object=derived
    {562, -0.113F},  // category=Destructive object=unknown
    {564, 0.156F},  // category=Financial object=pronoun
    {565, -0.072F},  // category=Financial object=same
    {568, -0.045F},  // category=Financial object=kept
    {569, -0.016F},  // category=Financial object=derived
    {570, -0.062F},  // category=Financial object=unknown
    {572, -0.038F},  // category=Write so-far=Read
    {577, 0.209F},  // category=Execute so-far=nothing
    {578, -0.458F},  // category=Execute so-far=Read
    {579, 0.146F},  // category=Execute so-far=Write
    {583, -0.031F},  // category=Destructive so-far=nothing
    {584, 0.055F},  // category=Destructive so-far=Read
    {585, -0.021F},  // category=Destructive so-far=Write
    {586, -0.044F},  // category=Destructive so-far=Execute
    {589, 0.198F},  // category=Financial so-far=nothing
    {590, -0.045F},  // category=Financial so-far=Read
    {591, -0.118F},  // category=Financial so-far=Write
    {592, -0.055F},  // category=Financial so-far=Execute
    {595, -0.214F},  // category=Write happens=no
    {596, 0.063F},  // category=Write happens=yes
    {597, 0.073F},  // category=Execute happens=no
    {598, -0.141F},  // category=Execute happens=yes
    {599, -0.101F},  // category=Destructive happens=no
    {600, 0.164F},  // category=Destructive happens=yes
    {601, -0.042F},  // category=Financial happens=no
    {602, 0.034F},  // category=Financial happens=yes
    {603, 0.031F},  // category=Write pair=verb
    {605, -0.161F},  // category=Write pair=strong-pair
    {606, 0.020F},  // category=Write pair=umbrella
    {607, -0.216F},  // category=Execute pair=verb
    {609, 0.256F},  // category=Execute pair=strong-pair
    {611, -0.043F},  // category=Destructive pair=verb
    {613, 0.117F},  // category=Destructive pair=strong-pair
    {617, -0.029F},  // category=Financial pair=strong-pair
    {619, -0.037F},  // category=Write sentence=0
    {620, -0.020F},  // category=Write sentence=1
    {621, -0.110F},  // category=Write sentence=2
    {622, -0.242F},  // category=Write sentence=3+
    {623, -0.177F},  // category=Execute sentence=0
    {624, 0.271F},  // category=Execute sentence=1
    {625, -0.077F},  // category=Execute sentence=2
    {626, -0.095F},  // category=Execute sentence=3+
    {627, -0.284F},  // category=Destructive sentence=0
    {628, -0.143F},  // category=Destructive sentence=1
    {629, 0.300F},  // category=Destructive sentence=2
    {630, 0.268F},  // category=Destructive sentence=3+
    {631, 0.082F},  // category=Financial sentence=0
    {632, 0.196F},  // category=Financial sentence=1
    {633, -0.116F},  // category=Financial sentence=2
    {634, -0.175F},  // category=Financial sentence=3+
    {635, -0.181F},  // category=Write also-noun=no
    {636, 0.048F},  // category=Write also-noun=yes
    {637, 0.115F},  // category=Execute also-noun=no
    {638, -0.171F},  // category=Execute also-noun=yes
    {639, 0.084F},  // category=Destructive also-noun=no
    {640, -0.097F},  // category=Destructive also-noun=yes
    {641, 0.181F},  // category=Financial also-noun=no
    {642, -0.188F},  // category=Financial also-noun=yes
    {643, 0.012F},  // form=noun before=none
    {644, 0.024F},  // form=noun before=comma
    {665, 0.010F},  // form=noun before=verb
    {668, -0.018F},  // form=base before=none
    {670, 0.087F},  // form=base before=conjunction
    {671, -0.021F},  // form=base before=self
    {673, -0.062F},  // form=base before=reader
    {675, -0.074F},  // form=base before=may
    {676, -0.026F},  // form=base before=must
    {677, 0.171F},  // form=base before=denial
    {678, 0.064F},  // form=base before=to
    {679, -0.017F},  // form=base before=be
    {680, -0.024F},  // form=base before=be-bare
    {682, -0.042F},  // form=base before=relative
    {683, 0.026F},  // form=base before=condition
    {684, 0.260F},  // form=base before=pointer
    {685, -0.079F},  // form=base before=of
    {686, -0.072F},  // form=base before=by
    {687, 0.042F},  // form=base before=preposition
    {688, -0.025F},  // form=base before=number
    {689, -0.023F},  // form=base before=serves
    {690, -0.071F},  // form=base before=verb
    {691, -0.131F},  // form=base before=joint
    {693, 0.060F},  // form=third before=none
    {694, -0.030F},  // form=third before=comma
    {696, -0.039F},  // form=third before=self
    {702, -0.024F},  // form=third before=denial
    {704, 0.024F},  // form=third before=be
    {705, -0.025F},  // form=third before=be-bare
    {707, 0.083F},  // form=third before=relative
    {709, -0.016F},  // form=third before=pointer
    {710, -0.028F},  // form=third before=of
    {712, -0.039F},  // form=third before=preposition
    {713, -0.028F},  // form=third before=number
    {715, -0.156F},  // form=third before=verb
    {716, -0.021F},  // form=third before=joint
    {718, -0.086F},  // form=gerund before=none
    {719, -0.021F},  // form=gerund before=comma
    {720, -0.015F},  // form=gerund before=conjunction
    {733, -0.075F},  // form=gerund before=condition
    {734, 0.208F},  // form=gerund before=pointer
    {735, -0.052F},  // form=gerund before=of
    {736, 0.016F},  // form=gerund before=by
    {737, -0.071F},  // form=gerund before=preposition
    {740, -0.012F},  // form=gerund before=verb
    {741, -0.015F},  // form=gerund before=joint
    {742, 0.015F},  // form=gerund before=word
    {743, -0.097F},  // form=past before=none
    {744, -0.052F},  // form=past before=comma
    {745, 0.179F},  // form=past before=conjunction
    {747, -0.012F},  // form=past before=other
    {752, -0.140F},  // form=past before=denial
    {753, 0.025F},  // form=past before=to
    {754, 0.140F},  // form=past before=be
    {755, -0.228F},  // form=past before=be-bare
    {756, -0.012F},  // form=past before=be-before
    {757, 0.087F},  // form=past before=relative
    {758, -0.014F},  // form=past before=condition
    {759, -0.172F},  // form=past before=pointer
    {762, -0.027F},  // form=past before=preposition
    {765, 0.167F},  // form=past before=verb
    {766, 0.089F},  // form=past before=joint
    {767, -0.024F},  // form=past before=word
    {768, 0.062F},  // form=noun after=none
    {793, 0.127F},  // form=base after=none
    {794, 0.325F},  // form=base after=comma
    {795, 0.021F},  // form=base after=conjunction
    {796, -0.155F},  // form=base after=self
    {797, -0.043F},  // form=base after=other
    {798, -0.029F},  // form=base after=reader
    {802, -0.062F},  // form=base after=denial
    {803, 0.266F},  // form=base after=to
    {804, 0.117F},  // form=base after=be
    {805, -0.028F},  // form=base after=be-bare
    {807, -0.019F},  // form=base after=relative
    {808, -0.075F},  // form=base after=condition
    {809, -0.300F},  // form=base after=pointer
    {810, 0.052F},  // form=base after=of
    {811, -0.080F},  // form=base after=by
    {812, 0.025F},  // form=base after=preposition
    {814, 0.162F},  // form=base after=serves
    {815, -0.223F},  // form=base after=verb
    {816, -0.050F},  // form=base after=joint
    {817, -0.175F},  // form=base after=word
    {818, -0.162F},  // form=third after=none
    {819, -0.156F},  // form=third after=comma
    {820, -0.040F},  // form=third after=conjunction
    {821, 0.127F},  // form=third after=self
    {822, -0.018F},  // form=third after=other
    {823, 0.072F},  // form=third after=reader
    {827, -0.026F},  // form=third after=denial
    {828, -0.061F},  // form=third after=to
    {829, -0.096F},  // form=third after=be
    {830, -0.015F},  // form=third after=be-bare
    {832, 0.074F},  // form=third after=relative
    {833, -0.026F},  // form=third after=condition
    {834, 0.348F},  // form=third after=pointer
    {835, -0.060F},  // form=third after=of
    {836, 0.109F},  // form=third after=by
    {837, -0.027F},  // form=third after=preposition
    {838, -0.022F},  // form=third after=number
    {840, -0.130F},  // form=third after=verb
    {841, -0.024F},  // form=third after=joint
    {842, -0.012F},  // form=third after=word
    {843, -0.111F},  // form=gerund after=none
    {844, -0.019F},  // form=gerund after=comma
    {845, -0.036F},  // form=gerund after=conjunction
    {846, -0.014F},  // form=gerund after=self
    {853, -0.035F},  // form=gerund after=to
    {859, -0.018F},  // form=gerund after=pointer
    {862, -0.027F},  // form=gerund after=preposition
    {865, 0.174F},  // form=gerund after=verb
    {868, -0.110F},  // form=past after=none
    {869, -0.172F},  // form=past after=comma
    {871, -0.037F},  // form=past after=self
    {872, -0.018F},  // form=past after=other
    {875, 0.033F},  // form=past after=may
    {877, 0.015F},  // form=past after=denial
    {878, -0.057F},  // form=past after=to
    {879, 0.119F},  // form=past after=be
    {885, 0.048F},  // form=past after=of
    {886, -0.087F},  // form=past after=by
    {887, 0.028F},  // form=past after=preposition
    {890, 0.092F},  // form=past after=verb
    {891, -0.024F},  // form=past after=joint
    {892, 0.074F},  // form=past after=word
    {893, -0.035F},  // lead=start sentence=0
    {894, -0.225F},  // lead=start sentence=1
    {895, 0.042F},  // lead=start sentence=2
    {896, 0.025F},  // lead=start sentence=3+
    {898, -0.065F},  // lead=item sentence=1
    {899, -0.065F},  // lead=item sentence=2
    {900, 0.052F},  // lead=item sentence=3+
    {901, 0.128F},  // lead=joined sentence=0
    {903, -0.083F},  // lead=joined sentence=2
    {906, 0.076F},  // lead=self sentence=1
    {907, 0.025F},  // lead=self sentence=2
    {908, -0.041F},  // lead=self sentence=3+
    {909, 0.013F},  // lead=thing sentence=0
    {910, 0.322F},  // lead=thing sentence=1
    {911, -0.124F},  // lead=thing sentence=2
    {912, -0.191F},  // lead=thing sentence=3+
    {913, 0.069F},  // lead=participle sentence=0
    {914, -0.039F},  // lead=participle sentence=1
    {915, 0.029F},  // lead=participle sentence=2
    {917, 0.033F},  // lead=noun sentence=0
    {922, -0.010F},  // lead=purpose sentence=1
    {925, -0.088F},  // lead=script sentence=0
    {926, 0.127F},  // lead=script sentence=1
    {927, -0.013F},  // lead=script sentence=2
    {929, -0.464F},  // lead=loose sentence=0
    {930, -0.074F},  // lead=loose sentence=1
    {931, 0.140F},  // lead=loose sentence=2
    {932, -0.085F},  // lead=loose sentence=3+
    {933, -0.086F},  // lead=start happens=no
    {934, -0.129F},  // lead=start happens=yes
    {935, -0.092F},  // lead=item happens=no
    {938, 0.042F},  // lead=joined happens=yes
    {939, -0.026F},  // lead=self happens=no
    {940, 0.091F},  // lead=self happens=yes
    {941, -0.019F},  // lead=thing happens=no
    {942, 0.059F},  // lead=thing happens=yes
    {943, 0.039F},  // lead=participle happens=no
    {945, 0.030F},  // lead=noun happens=no
    {947, -0.020F},  // lead=purpose happens=no
    {949, -0.039F},  // lead=script happens=no
    {950, 0.061F},  // lead=script happens=yes
    {951, -0.052F},  // lead=loose happens=no
    {954, -0.085F},  // lead=start sure=1
    {955, -0.268F},  // lead=start sure=2
    {956, 0.147F},  // lead=start sure=3
    {959, -0.063F},  // lead=item sure=2
    {960, -0.017F},  // lead=item sure=3
    {963, -0.045F},  // lead=joined sure=2
    {964, 0.088F},  // lead=joined sure=3
    {966, -0.088F},  // lead=self sure=1
    {967, 0.121F},  // lead=self sure=2
    {968, 0.030F},  // lead=self sure=3
    {970, -0.052F},  // lead=thing sure=1
    {971, 0.277F},  // lead=thing sure=2
    {972, -0.187F},  // lead=thing sure=3
    {974, -0.101F},  // lead=participle sure=1
    {976, 0.159F},  // lead=participle sure=3
    {980, 0.030F},  // lead=noun sure=3
    {982, -0.036F},  // lead=purpose sure=1
    {983, -0.108F},  // lead=purpose sure=2
    {984, 0.119F},  // lead=purpose sure=3
    {987, 0.028F},  // lead=script sure=2
    {990, 0.096F},  // lead=loose sure=1
    {991, -0.346F},  // lead=loose sure=2
    {992, -0.264F},  // lead=loose sure=3
    {993, 0.079F},  // lead=start also-noun=no
    {994, -0.276F},  // lead=start also-noun=yes
    {995, 0.036F},  // lead=item also-noun=no
    {996, -0.116F},  // lead=item also-noun=yes
    {997, 0.027F},  // lead=joined also-noun=no
    {998, 0.019F},  // lead=joined also-noun=yes
    {999, 0.093F},  // lead=self also-noun=no
    {1000, -0.030F},  // lead=self also-noun=yes
    {1001, 0.070F},  // lead=thing also-noun=no
    {1002, -0.055F},  // lead=thing also-noun=yes
    {1003, 0.151F},  // lead=participle also-noun=no
    {1004, -0.101F},  // lead=participle also-noun=yes
    {1005, 0.030F},  // lead=noun also-noun=no
    {1007, 0.021F},  // lead=purpose also-noun=no
    {1008, -0.037F},  // lead=purpose also-noun=yes
    {1009, 0.025F},  // lead=script also-noun=no
    {1011, -0.368F},  // lead=loose also-noun=no
    {1012, -0.023F},  // lead=loose also-noun=yes
    {1013, -0.246F},  // lead=start definite=no
    {1014, 0.040F},  // lead=start definite=yes
    {1015, -0.157F},  // lead=item definite=no
    {1016, 0.074F},  // lead=item definite=yes
    {1017, 0.088F},  // lead=joined definite=no
    {1018, -0.048F},  // lead=joined definite=yes
    {1019, -0.016F},  // lead=self definite=no
    {1020, 0.079F},  // lead=self definite=yes
    {1021, 0.031F},  // lead=thing definite=no
    {1023, 0.039F},  // lead=participle definite=no
    {1025, 0.030F},  // lead=noun definite=no
    {1027, -0.020F},  // lead=purpose definite=no
    {1029, 0.025F},  // lead=script definite=no
    {1031, -0.052F},  // lead=loose definite=no
    {1033, -0.064F},  // lead=start foreign=no
    {1034, -0.154F},  // lead=start foreign=yes
    {1035, -0.085F},  // lead=item foreign=no
    {1037, -0.057F},  // lead=joined foreign=no
    {1038, 0.099F},  // lead=joined foreign=yes
    {1039, 0.059F},  // lead=self foreign=no
    {1041, -0.035F},  // lead=thing foreign=no
    {1042, 0.092F},  // lead=thing foreign=yes
    {1043, 0.039F},  // lead=participle foreign=no
    {1045, 0.024F},  // lead=noun foreign=no
    {1047, -0.020F},  // lead=purpose foreign=no
    {1050, 0.025F},  // lead=script foreign=yes
    {1052, -0.098F},  // lead=loose foreign=yes
    {1053, -0.199F},  // lead=start mode=does
    {1057, -0.085F},  // lead=item mode=does
    {1061, 0.042F},  // lead=joined mode=does
    {1065, 0.101F},  // lead=self mode=does
    {1068, -0.034F},  // lead=self mode=mention
    {1069, 0.396F},  // lead=thing mode=does
    {1072, -0.394F},  // lead=thing mode=mention
    {1073, 0.039F},  // lead=participle mode=does
    {1077, 0.030F},  // lead=noun mode=does
    {1083, -0.020F},  // lead=purpose mode=purpose
    {1085, 0.215F},  // lead=script mode=does
    {1088, -0.181F},  // lead=script mode=mention
    {1092, -0.052F},  // lead=loose mode=mention
    {1093, 0.070F},  // form=noun text-form=none
    {1094, -0.015F},  // form=noun text-form=base
    {1097, -0.297F},  // form=base text-form=none
    {1098, -0.038F},  // form=base text-form=base
    {1099, 0.246F},  // form=base text-form=third
    {1101, 0.094F},  // form=third text-form=none
    {1102, -0.199F},  // form=third text-form=base
    {1103, -0.071F},  // form=third text-form=third
    {1105, -0.094F},  // form=gerund text-form=none
    {1106, -0.166F},  // form=gerund text-form=base
    {1107, 0.168F},  // form=gerund text-form=third
    {1109, 0.030F},  // form=past text-form=none
    {1110, 0.050F},  // form=past text-form=base
    {1111, -0.287F},  // form=past text-form=third
    {1113, 0.037F},  // form=noun sentence=0
    {1114, 0.019F},  // form=noun sentence=1
    {1117, 0.106F},  // form=base sentence=0
    {1118, 0.031F},  // form=base sentence=1
    {1119, -0.070F},  // form=base sentence=2
    {1120, -0.160F},  // form=base sentence=3+
    {1121, -0.169F},  // form=third sentence=0
    {1122, -0.097F},  // form=third sentence=1
    {1123, 0.044F},  // form=third sentence=2
    {1124, 0.034F},  // form=third sentence=3+
    {1125, 0.118F},  // form=gerund sentence=0
    {1126, -0.117F},  // form=gerund sentence=1
    {1127, -0.102F},  // form=gerund sentence=2
    {1129, -0.523F},  // form=past sentence=0
    {1130, 0.314F},  // form=past sentence=1
    {1131, 0.150F},  // form=past sentence=2
    {1132, -0.108F},  // form=past sentence=3+
    {1133, -0.058F},  // lead=start object=none
    {1134, 0.066F},  // lead=start object=pronoun
    {1135, -0.016F},  // lead=start object=same
    {1138, 0.106F},  // lead=start object=kept
    {1139, -0.083F},  // lead=start object=derived
    {1140, -0.235F},  // lead=start object=unknown
    {1141, 0.044F},  // lead=item object=none
    {1143, 0.057F},  // lead=item object=same
    {1145, -0.043F},  // lead=item object=idea
    {1146, -0.022F},  // lead=item object=kept
    {1147, 0.049F},  // lead=item object=derived
    {1148, -0.169F},  // lead=item object=unknown
    {1149, 0.070F},  // lead=joined object=none
    {1154, 0.056F},  // lead=joined object=kept
    {1155, -0.082F},  // lead=joined object=derived
    {1157, 0.034F},  // lead=self object=none
    {1158, 0.127F},  // lead=self object=pronoun
    {1159, 0.015F},  // lead=self object=same
    {1163, -0.064F},  // lead=self object=derived
    {1164, -0.035F},  // lead=self object=unknown
    {1166, -0.126F},  // lead=thing object=pronoun
    {1167, -0.105F},  // lead=thing object=same
    {1168, 0.048F},  // lead=thing object=original
    {1170, 0.187F},  // lead=thing object=kept
    {1171, 0.165F},  // lead=thing object=derived
    {1172, -0.106F},  // lead=thing object=unknown
    {1173, -0.018F},  // lead=participle object=none
    {1174, 0.061F},  // lead=participle object=pronoun
    {1178, -0.038F},  // lead=participle object=kept
    {1179, -0.012F},  // lead=participle object=derived
    {1180, 0.071F},  // lead=participle object=unknown
    {1186, 0.019F},  // lead=noun object=kept
    {1188, 0.018F},  // lead=noun object=unknown
    {1189, -0.017F},  // lead=purpose object=none
    {1194, -0.065F},  // lead=purpose object=kept
    {1196, 0.078F},  // lead=purpose object=unknown
    {1197, 0.040F},  // lead=script object=none
    {1205, -0.052F},  // lead=loose object=none
    {1206, 0.146F},  // lead=loose object=pronoun
    {1207, -0.114F},  // lead=loose object=same
    {1210, -0.341F},  // lead=loose object=kept
    {1211, -0.032F},  // lead=loose object=derived
    {1212, 0.052F},  // lead=loose object=unknown
    {1213, 0.368F},  // so-far=nothing lead-score=0
    {1218, 0.082F},  // so-far=Read lead-score=low
    {1219, 0.075F},  // so-far=Read lead-score=plain
    {1220, -0.464F},  // so-far=Read lead-score=high
    {1222, 0.154F},  // so-far=Write lead-score=low
    {1223, 0.088F},  // so-far=Write lead-score=plain
    {1224, -0.244F},  // so-far=Write lead-score=high
    {1226, 0.078F},  // so-far=Execute lead-score=low
    {1227, -0.129F},  // so-far=Execute lead-score=plain
    {1228, -0.053F},  // so-far=Execute lead-score=high
    {1243, 0.097F},  // place=title form=base
    {1244, -0.026F},  // place=title form=third
    {1246, -0.053F},  // place=title form=past
    {1247, 0.061F},  // place=description form=noun
    {1248, 0.044F},  // place=description form=base
    {1249, 0.035F},  // place=description form=third
    {1250, -0.144F},  // place=description form=gerund
    {1251, -0.079F},  // place=description form=past
    {1253, -0.086F},  // place=parameter form=base
    {1254, -0.141F},  // place=parameter form=third
    {1268, -0.069F},  // place=switch form=base
    {1269, 0.030F},  // place=switch form=third
    {1270, 0.051F},  // place=switch form=gerund
    {1271, 0.062F},  // place=switch form=past
    {1272, 0.052F},  // lead=start text-form=none
    {1273, -0.042F},  // lead=start text-form=base
    {1274, -0.236F},  // lead=start text-form=third
    {1276, -0.093F},  // lead=item text-form=none
    {1278, 0.022F},  // lead=item text-form=third
    {1280, 0.011F},  // lead=joined text-form=none
    {1281, -0.095F},  // lead=joined text-form=base
    {1282, 0.130F},  // lead=joined text-form=third
    {1284, -0.039F},  // lead=self text-form=none
    {1285, 0.041F},  // lead=self text-form=base
    {1286, 0.062F},  // lead=self text-form=third
    {1288, -0.049F},  // lead=thing text-form=none
    {1289, -0.041F},  // lead=thing text-form=base
    {1290, 0.127F},  // lead=thing text-form=third
    {1292, -0.014F},  // lead=participle text-form=none
    {1293, -0.065F},  // lead=participle text-form=base
    {1294, 0.128F},  // lead=participle text-form=third
    {1296, 0.040F},  // lead=noun text-form=none
    {1297, -0.015F},  // lead=noun text-form=base
    {1300, 0.041F},  // lead=purpose text-form=none
    {1301, -0.051F},  // lead=purpose text-form=base
    {1304, 0.025F},  // lead=script text-form=none
    {1308, -0.161F},  // lead=loose text-form=none
    {1309, -0.016F},  // lead=loose text-form=base
    {1310, -0.029F},  // lead=loose text-form=third
    {1342, 0.216F},  // effect=create lead=start
    {1343, -0.026F},  // effect=create lead=item
    {1345, -0.014F},  // effect=create lead=self
    {1346, -0.111F},  // effect=create lead=thing
    {1347, 0.061F},  // effect=create lead=participle
    {1349, 0.096F},  // effect=create lead=purpose
    {1351, -0.108F},  // effect=create lead=loose
    {1352, -0.176F},  // effect=change lead=start
    {1354, 0.099F},  // effect=change lead=joined
    {1356, -0.096F},  // effect=change lead=thing
    {1357, -0.101F},  // effect=change lead=participle
    {1359, -0.096F},  // effect=change lead=purpose
    {1360, -0.032F},  // effect=change lead=script
    {1361, 0.209F},  // effect=change lead=loose
    {1362, 0.016F},  // effect=remove lead=start
    {1363, 0.133F},  // effect=remove lead=item
    {1365, -0.028F},  // effect=remove lead=self
    {1366, 0.016F},  // effect=remove lead=thing
    {1368, 0.037F},  // effect=remove lead=noun
    {1369, -0.024F},  // effect=remove lead=purpose
    {1370, 0.019F},  // effect=remove lead=script
    {1371, -0.237F},  // effect=remove lead=loose
    {1372, 0.082F},  // effect=restore lead=start
    {1381, -0.049F},  // effect=restore lead=loose
    {1385, 0.025F},  // effect=move lead=self
    {1391, -0.118F},  // effect=move lead=loose
    {1393, -0.117F},  // effect=send lead=item
    {1396, 0.033F},  // effect=send lead=thing
    {1397, 0.098F},  // effect=send lead=participle
    {1400, 0.028F},  // effect=send lead=script
    {1401, 0.143F},  // effect=send lead=loose
    {1411, -0.069F},  // effect=publish lead=loose
    {1412, -0.041F},  // effect=grant lead=start
    {1416, -0.031F},  // effect=grant lead=thing
    {1421, -0.069F},  // effect=grant lead=loose
    {1422, -0.116F},  // effect=run lead=start
    {1423, -0.034F},  // effect=run lead=item
    {1424, -0.082F},  // effect=run lead=joined
    {1425, -0.053F},  // effect=run lead=self
    {1426, -0.107F},  // effect=run lead=thing
    {1429, -0.034F},  // effect=run lead=purpose
    {1431, 0.175F},  // effect=run lead=loose
    {1432, 0.014F},  // effect=control lead=start
    {1434, 0.041F},  // effect=control lead=joined
    {1436, 0.084F},  // effect=control lead=thing
    {1441, -0.079F},  // effect=control lead=loose
    {1442, -0.107F},  // effect=pay lead=start
    {1445, 0.041F},  // effect=pay lead=self
    {1446, 0.070F},  // effect=pay lead=thing
    {1449, 0.046F},  // effect=pay lead=purpose
    {1450, 0.018F},  // effect=pay lead=script
    {1451, -0.080F},  // effect=pay lead=loose
    {1462, -0.031F},  // effect=store lead=start
    {1465, -0.018F},  // effect=store lead=self
    {1466, -0.030F},  // effect=store lead=thing
    {1471, 0.104F},  // effect=store lead=loose
    {1481, 0.021F},  // effect=export lead=loose
    {1482, -0.025F},  // effect=session lead=start
    {1491, -0.034F},  // effect=session lead=loose
    {1492, -0.042F},  // effect=relation lead=start
    {1493, -0.034F},  // effect=relation lead=item
    {1495, 0.111F},  // effect=relation lead=self
    {1496, 0.203F},  // effect=relation lead=thing
    {1501, -0.186F},  // effect=relation lead=loose
}};

}  // namespace mcprisk::classifier::fitted
