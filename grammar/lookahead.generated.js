// Generated from grammar/parser.ts by `npm run generate`. Do not edit.
export const LOOKAHEAD = [
  [1049088, 'Name'], // quantity
  [1049090, 'Per'], // quantity
  [1053440, 'Additive'], // expr
  [1057536, 'Multiplicative'], // product
  [1061120, ['LParen', 'Numeral', 'Percent', 'Quoted', 'RawText', 'Truth', 'LSquare', 'Name']], // primary
  [1061376, 'LParen'], // primary
  [1069824, 'Comma Word|Comma LParen|Comma Numeral|Comma Percent|Comma Quoted|Comma RawText|Comma Truth|Comma LSquare'], // args
  [1069568, 'Word|LParen|Numeral|Percent|Quoted|RawText|Truth|LSquare'], // args
  [1069570, 'Comma'], // args
  [1073664, 'Word Equals'], // arg
  [1078016, 'Dot'], // ref
  [1082112, 'Comma LParen|Comma Numeral|Comma Percent|Comma Quoted|Comma RawText|Comma Truth|Comma LSquare|Comma Name'], // list
  [1081856, 'LParen|Numeral|Percent|Quoted|RawText|Truth|LSquare|Name'], // list
  [1081858, 'Comma'], // list
  [1086208, 'Or'], // predicate
  [1090304, 'And'], // and
  [1093888, ['Not', 'LParen', 'Count|Name|Minus|Numeral|Percent|Quoted|Truth']], // not
  [1093890, ['Comparison', 'In', 'Matches']], // not
  [1097984, ['Count LParen', 'Name Dot|Name', 'Minus|Numeral', 'Percent', 'Quoted', 'Truth']], // operand
  [1098240, 'Minus'], // operand
  [1106688, 'NewLine'], // file
  [1110528, 'Extends'], // header
  [1114368, ['Use LCurly', 'Let Name', 'Word Equals', 'Kind Name|Kind Numeral|Kind LParen|Kind DotDot|Kind Normalized|Kind Rounded|Kind LCurly', 'Allow Name']], // item
  [1118976, 'Separator Name'], // use
  [1118720, 'Comma'], // use
  [1126912, 'At'], // attribute
  [1131264, 'Separator Word|Separator Kind|Separator Percent|Separator Numeral'], // block
  [1131008, 'Word|Kind|Percent|Numeral'], // block
  [1131010, 'Comma'], // block
  [1135104, 'Name'], // head
  [1135106, 'Numeral|LParen|DotDot'], // head
  [1135107, 'Normalized|Rounded'], // head
  [1138944, ['Normalized', 'Rounded']], // scaling
  [1143040, ['Word Equals', 'Kind Name|Kind Numeral|Kind LParen|Kind DotDot|Kind Normalized|Kind Rounded|Kind LCurly', 'Percent|Numeral|Rest Name|Once Name|By_size Name', 'Take All|Take Numeral|Take Percent', 'Keep Where|Drop Percent|Drop Where|Dedup Name|Decontaminate Name|Score Name|Sample Percent|Sample Numeral', 'Expect Name', 'Allow Name']], // entry
  [1147136, ['Percent', 'Numeral', 'Rest', 'Once', 'By_size']], // share
  [1147648, 'Separator Percent|Separator Numeral|Separator Rest|Separator Once|Separator By_size'], // share
  [1147392, 'Normalized|Rounded|LCurly'], // share
  [1147394, 'Normalized|Rounded'], // share
  [1147395, 'Comma'], // share
  [1151232, ['All', 'Numeral', 'Percent']], // take
  [1155328, ['Keep', 'Drop', 'Dedup|Decontaminate', 'Score', 'Sample']], // verb
  [1155330, ['Dedup', 'Decontaminate']], // verb
  [1155331, ['Percent', 'Numeral']], // verb
  [1155584, 'Percent'], // verb
  [1159424, ['Name', 'Numeral']], // expect
  [1159426, ['Warn', 'Stop']], // expect
  [1159680, 'At'], // expect
  [1159682, 'Else'], // expect
  [1167616, ['Numeral|LParen', 'DotDot']], // range
  [1167872, 'Numeral|LParen'], // range
  [1171712, ['Numeral', 'LParen']], // bound
  [1171968, 'Name'], // bound
];
